// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Manifest
import Testing

/// Declarations in order and out of order, for everything that must agree about them.
enum DeclarationSamples {
    static let good: [String] =
        ExampleTests.files.filter { $0.key.hasSuffix(".yaml") }.map(\.value) + Fixture.files.map(\.value) + [
            "kind: Source\nmetadata: {name: a}\nspec: {folder: ../here}",
            "kind: Source\nmetadata: {name: a}\nspec: {git: \"git@host:a/b.git\", allowRewrites: true, verify: {gpg: k}}",
            "kind: Source\nmetadata: {name: a}\nspec: {git: \"ssh://git@host:22/a/b\", interval: 1d2h3m4s5ms}",
            "kind: Source\nmetadata: {name: a}\nspec: {git: \"/srv/a.git\"}",
            "kind: Target\nmetadata: {name: a}\nspec: {host: {root: ./a/b}}",
            "apiVersion: trimtab.dev/v1alpha1\nkind: Target\nmetadata: {name: a}\nspec: {host: {root: /srv}}",
            "kind: Project\nmetadata: {name: a}\nspec: {sources: [], limits: []}",
            "kind: Project\nmetadata: {name: a}\nspec: {sources: [], limits: [{on: {a/b: x}, host: {}}]}",
            """
            kind: Project
            metadata: {name: a}
            spec: {sources: [], limits: [{on: {a: b}, kubernetes: {namespaces: [], identity: {user: ann}}}]}
            """,
            "kind: Application\nmetadata: {name: a, labels: {}}\nspec: {source: {tag: v1.0/x, path: ., name: b}}",
            "kind: Application\nmetadata: {name: a}\nspec: {source: {commit: \(commit)}}",
            "kind: Application\nmetadata: {name: a}\nspec: {source: {commit: \(commit.uppercased())}}",
            "kind: Application\nmetadata: {name: a}\nspec: {source: {}, rollout: [], dependsOn: []}",
            "kind: Application\nmetadata: {name: a}\nspec: {source: {}, sync: {prune: {atMost: {percent: 100}}}}",
            "kind: Application\nmetadata: {name: a}\nspec: {source: {}, sync: {prune: {mode: manual}}}",
            "kind: Application\nmetadata: {name: a}\nspec: {source: {}, sync: {additions: remove, ignore: []}}",
            """
            kind: Application
            metadata: {name: a}
            spec: {source: {}, sync: {ignore: [{field: 'a.b["c.d/e"][*].f[0][name=x].g'}]}}
            """,
            "kind: Target\nmetadata: {name: a}\nspec: {kubernetes: {connection: prod-1.eu_west}}",
            "kind: Notification\nmetadata: {name: a}\nspec: {connection: b, events: [drifted, syncEnded], on: {a: b}}",
            "kind: Notification\nmetadata: {name: a}\nspec: {connection: b, severity: error, projects: [p]}",
            "kind: Role\nmetadata: {name: a}\nspec: {allow: [{verbs: [read, sync], on: {a: [b, c]}, projects: [p]}]}",
            "kind: RoleBinding\nmetadata: {name: a}\nspec: {role: viewer, to: [{user: a b}, {group: c}, {token: d}]}",
            "kind: RoleBinding\nmetadata: {name: a}\nspec: {role: viewer, to: [{workload: {provider: ci, claims: {a: b, c: [d]}}}]}",
            """
            kind: Application
            metadata: {name: a}
            spec: {source: {}, sync: {approval: {from: [leads], count: 2, notAuthor: false}}}
            """,
        ]

    /// Out of order in a way that a schema can tell.
    static let bad: [String] =
        targets.map { "kind: Target\nmetadata: {name: a}\nspec: \($0)" }
        + metadata.map { "kind: Target\nmetadata: \($0)\nspec: {host: {root: a}}" }
        + sources.map { "kind: Source\nmetadata: {name: a}\nspec: \($0)" }
        + repositories.map { "kind: Source\nmetadata: {name: a}\nspec: {git: \"\($0)\"}" }
        + limits.map { "kind: Project\nmetadata: {name: a}\nspec: {sources: [], limits: [\($0)]}" }
        + applications.map { "kind: Application\nmetadata: {name: a}\nspec: {source: {}, \($0)}" }
        + roles.map { "kind: Role\nmetadata: {name: a}\nspec: \($0)" }
        + bindings.map { "kind: RoleBinding\nmetadata: {name: a}\nspec: {role: viewer, \($0)}" }
        + contents.map { "kind: Application\nmetadata: {name: a}\nspec: {source: {\($0)}}" }
        + folders.map { "kind: Fleet\nmetadata: {name: a}\nspec: {platform: \($0)}" }
        + [
            "kind: Target", "kind: target\nmetadata: {name: a}\nspec: {host: {root: a}}", "kind: [Target]",
            "apiVersion: v1\nkind: Target\nmetadata: {name: a}\nspec: {host: {root: a}}", "[]", "text", "{}",
        ]

    private static let commit = String(repeating: "0a", count: 20)
    private static let targets = [
        "{}", "[]", "null", "{host: {}}", "{host: null}", "{host: {root: a, machine: b}}", "{host: {root: \"\"}}",
        "{host: {root: /}}", "{host: {root: ./.}}", "{host: {root: a/../b}}", "{host: {machine: a_b}}",
        "{host: {machine: -a}}", "{kubernetes: {}}", "{kubernetes: {connection: 1}}",
        "{kubernetes: {connection: ../a}}",
        "{hosts: {root: a}}",
        "{host: {root: a}, kubernetes: {connection: b}}", "{host: {root: \"a\\tb\"}}", "{host: {root: \"a\\u200bb\"}}",
    ]
    private static let roles = [
        "{}", "{allow: []}", "{allow: [{}]}", "{allow: [{verbs: []}]}", "{allow: [{verbs: [all]}]}",
        "{allow: [{verbs: [read], on: {}}]}", "{allow: [{verbs: [read], projects: []}]}",
        "{allow: [{verbs: [read], targets: {a: b}}]}",
    ]
    private static let bindings = [
        "to: []", "to: [{}]", "to: [{user: a, token: b}]", "to: [{user: \"\"}]", "to: [{token: A}]", "to: {user: a}",
        "to: [{user: a}], applications: []",
    ]
    private static let metadata = [
        "{}", "{name: A}", "{name: -a}", "{name: a-}", "{name: \"\"}", "{name: 1}", "{name: true}", "{name: \"a\\nb\"}",
        "{name: \(String(repeating: "a", count: 64))}", "{name: a, labels: {a: 1}}", "{name: a, labels: {a: \"\"}}",
        "{name: a, labels: {\"\": b}}", "{name: a, labels: {a b: c}}", "{name: a, labels: []}",
        "{name: a, labels: {a: {b: c}}}", "{name: a, namespace: b}", "{name: a, labels: {a: b/c}}", "{name: \u{e9}}",
    ]
    private static let sources = [
        "{}", "{git: /a, folder: b}", "{git: /a, interval: 60}", "{git: /a, interval: 60x}",
        "{git: /a, interval: \"\"}",
        "{git: /a, interval: 1s1m}", "{git: /a, verify: {}}", "{git: /a, verify: {ssh: a, gpg: b}}",
        "{git: /a, verify: {ssh: /a}}", "{git: /a, verify: {ssh: ../a}}", "{git: /a, allowRewrites: 1}",
        "{git: /a, allowRewrites: \"true\"}", "{git: /a, credentials: [a]}", "{url: /a}",
    ]
    private static let repositories = [
        "", "-oProxyCommand=x", "https://user:secret@h/x", "https://user@h/x", "ssh://u:p@h/x", "ext::sh",
        "gopher://h/x",
        "https:///x", "a b", "file://me@h/x", "a\\nb",
    ]
    private static let limits = [
        "{}", "{on: {}, host: {}}", "{on: {a: b}}", "{host: {}}", "{on: {a: []}, host: {}}", "{on: [a], host: {}}",
        "{on: {a: [[b]]}, host: {}}", "{on: {a: b}, host: {paths: [a]}}", "{on: {a: b}, host: {paths: [/a/../b]}}",
        "{on: {a: b}, host: {paths: [/a/]}}", "{on: {a: b}, host: {paths: [/a//b]}}", "{on: {a: b}, host: {paths: /a}}",
        "{on: {a: b}, host: {paths: [\"/a**\"]}}", "{on: {a: b}, host: {paths: [\"/**a/b\"]}}",
        "{on: {a: b}, host: {kinds: [1]}}",
        "{on: {a: b}, host: {}, kubernetes: {namespaces: [], identity: {user: a}}}",
        "{on: {a: b}, kubernetes: {namespaces: [], identity: {}}}",
        "{on: {a: b}, kubernetes: {namespaces: [], force: true, identity: {user: a}}}",
        "{on: {a: b}, kubernetes: {namespaces: [], unlabelled: [1], identity: {user: a}}}",
        "{on: {a: b}, kubernetes: {namespaces: [], identity: {user: \"system:admin\"}}}",
        "{on: {a: b}, kubernetes: {namespaces: [], identity: {serviceAccount: a}}}",
        "{on: {a: b}, kubernetes: {namespaces: [], identity: {serviceAccount: a/b/c}}}",
        "{on: {a: b}, kubernetes: {namespaces: [], identity: {serviceAccount: a/b, user: c}}}",
    ]
    private static let applications = [
        "sync: {approval: {}}", "sync: {approval: {from: []}}", "sync: {approval: {from: [a], count: 0}}",
        "sync: {approval: [a]}",
        "targets: {}", "targets: all", "targets: [a]", "namespace: \"\"", "dependsOn: {application: a}",
        "dependsOn: [a]",
        "dependsOn: [{application: A}]", "dependsOn: [{}]", "overrides: [{}]", "overrides: [{on: {a: b}}]",
        "overrides: [{path: /a}]", "sync: {apply: automatic}", "sync: {drift: Heal}", "sync: {prune: {mode: never}}",
        "sync: {prune: {atMost: {count: -1}}}", "sync: {prune: {atMost: {percent: 101}}}", "sync: {deadline: 10}",
        "sync: {prune: {atMost: {count: 1.5}}}", "sync: {ignore: [{kind: a}]}", "sync: {ignore: [{field: .a}]}",
        "sync: {ignore: [{field: \"a[b\"}]}", "sync: {ignore: [{field: a..b}]}", "sync: {additions: keep}",
        "rollout: [{}]", "onRemoval: keep",
        "rollout: [{stage: a, approval: {from: []}}]", "rollback: {}", "rollback: {whenDegradedWithin: 15}",
        "sourse: {}",
        "sync: [apply]", "sync: null", "project: A",
    ]
    private static let contents = [
        "branch: a, tag: b", "branch: a, commit: \(commit)", "branch: \"\"", "branch: -a", "branch: a..b",
        "branch: a b",
        "branch: a.lock", "branch: a.lock/b", "branch: /a", "branch: a/", "branch: a//b", "branch: .a", "branch: a/.b",
        "branch: \"@\"", "branch: \"a@{b\"", "branch: \"a~1\"", "branch: \"a\\\\b\"", "branch: a., tag: b", "tag: 1.0",
        "commit: abc", "commit: \(commit)0", "path: /a", "path: a/../b", "path: \"..\"", "name: A",
        "url: a",
    ]
    private static let folders = [".", "./", "././", "/a", "../a", "a/..", "\"\"", "[a]", "a, projects: .", "1"]

    /// Out of order by a rule that joins fields or counts, which the schema does not hold.
    static let beyondSchema: [String] = [
        "kind: Source\nmetadata: {name: fleet}\nspec: {git: /a}",
        "kind: Source\nmetadata: {name: a}\nspec: {git: /a, interval: 5ms}",
        "kind: Source\nmetadata: {name: a}\nspec: {git: /a, interval: 0s}",
        "kind: Source\nmetadata: {name: a}\nspec: {folder: /a, credentials: b}",
        "kind: Target\nmetadata: {name: a, labels: {name: b}}\nspec: {host: {root: a}}",
        "kind: Fleet\nmetadata: {name: a}\nspec: {platform: a, projects: a/b}",
        "kind: Application\nmetadata: {name: a}\nspec: {source: {}, sync: {deadline: 99999d}}",
    ]

    static func documents(_ texts: [String]) throws -> [(text: String, value: Value)] {
        try texts.flatMap { text in
            try YAML.read(Array(text.utf8), keys: .asWritten).map { (text, $0.value) }
        }
    }

    /// What the strict reader says of one document, by itself.
    static func problems(_ value: Value) -> [String] {
        do throws(InvalidFields) {
            switch value["kind"]?.stringValue {
            case "Fleet": _ = try FleetLayout.shape.decode(value)
            case "Target": _ = try Target.shape.decode(value)
            case "Source": _ = try Source.shape.decode(value)
            case "Project": _ = try Project.shape.decode(value)
            case "Application": _ = try Application.shape.decode(value)
            case "Role": _ = try Role.shape.decode(value)
            case "RoleBinding": _ = try RoleBinding.shape.decode(value)
            case "Notification": _ = try NotificationRule.shape.decode(value)
            default: return ["unknown kind"]
            }
            return []
        } catch {
            return error.errors.map(\.description)
        }
    }
}
