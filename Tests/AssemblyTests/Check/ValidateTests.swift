// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Assembly
import Commands
import Foundation
import Manifest
import Model
import TestSupport
import Testing

/// `trimtab validate` on folders as people have them.
@Suite struct ValidateTests {
    private static let fleet = [
        "fleet.yaml": "kind: Fleet\nmetadata: {name: acme}\nspec: {platform: platform/, projects: projects/}\n",
        "platform/targets.yaml": """
        kind: Target
        metadata: {name: dev, labels: {env: dev}}
        spec: {host: {root: ./dev}}
        ---
        kind: Target
        metadata: {name: prod, labels: {env: prod}}
        spec: {host: {root: ./prod}}
        """,
        "platform/shop.yaml": """
        kind: Project
        metadata: {name: shop}
        spec:
          sources: [fleet]
          limits: [{on: {env: [dev, prod]}, host: {paths: ["/srv/**", "/etc/**"], kinds: [File], commands: [nginx -t]}}]
        """,
        "projects/shop/web.yaml": """
        kind: Application
        metadata: {name: web}
        spec: {source: {path: apps/web}, targets: {env: [dev, prod]}}
        """,
        "apps/web/index.yaml": file("index", "/srv/index.html"),
    ]

    private static func file(_ name: String, _ path: String, more: String = "") -> String {
        """
        apiVersion: host.trimtab.dev/v1alpha1
        kind: File
        metadata: {name: \(name)}
        spec:
          path: \(path)
          content: x
        \(more)
        """
    }

    private func check(_ changes: [String: String] = [:]) async throws -> FleetCheck {
        try await withScratchFolder("validate") { folder in
            for (name, content) in Self.fleet.merging(changes, uniquingKeysWith: { $1 }) where !content.isEmpty {
                let path = folder.appending(path: name)
                try FileManager.default.createDirectory(
                    at: path.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(content.utf8).write(to: path)
            }
            return try await Parts.live.validate(FleetCheckRequest(folder: Text(folder.path)))
        }
    }

    @Test func `a fleet in order has no problems`() async throws {
        let check = try await check()
        #expect(check.problems == [])
        #expect(check.units.map(\.description) == ["acme/web@dev", "acme/web@prod"])
    }

    @Test func `an object out of order is told with file, line and column`() async throws {
        let text = Self.file("index", "/srv/index.html", more: "  owener: www-data\n---\nkind: [")
        let broken = try await check(["apps/web/index.yaml": text])
        #expect(broken.problems.map(\.description).first?.hasPrefix("apps/web/index.yaml:9:") == true)
        let object = try await check(["apps/web/index.yaml": text.replacing("\n---\nkind: [", with: "")])
        #expect(
            object.problems.map(\.description)
                == ["apps/web/index.yaml:7:3: spec: unknown field \"owener\" (did you mean \"owner\"?)"])
    }

    @Test func `all problems of all files are told at once`() async throws {
        let check = try await check([
            "apps/web/index.yaml": Self.file("index", "srv"), "apps/web/more.yaml": Self.file("more", "/srv/../x"),
            "platform/extra.yaml": "kind: Targt",
            "projects/shop/db.yaml": "kind: Target\nmetadata: {name: x}\nspec: {}",
        ])
        #expect(
            Set(check.problems.map(\.file.string)) == [
                "apps/web/index.yaml", "apps/web/more.yaml", "platform/extra.yaml", "projects/shop/db.yaml",
            ])
        #expect(check.problems.allSatisfy { $0.line != nil && $0.column != nil })
    }

    @Test(arguments: [
        ("/opt/x", "", "does not allow the path /opt/x"),
        ("/etc/sudoers.d/x", "", "/etc/sudoers.d/x is protected"),
        ("/etc/shadow", "", "/etc/shadow is protected"),
        ("/srv/x", "  validate: rm -rf /", "does not allow the command \"rm -rf /\""),
    ])
    func `an application that reaches too far is refused by name`(
        path: String, more: String, message: String
    ) async throws {
        let check = try await check(["apps/web/far.yaml": Self.file("far", path, more: more)])
        let problem = try #require(check.problems.first)
        #expect(check.problems.count == 1)
        #expect(problem.description.hasPrefix("apps/web/far.yaml:1:1: File/far: project shop: "))
        #expect(problem.description.contains(message))
        #expect(problem.description.hasSuffix("(in acme/web@dev and 1 more)"))
    }

    @Test func `a kind that the project does not allow is refused`() async throws {
        let link = """
            apiVersion: host.trimtab.dev/v1alpha1
            kind: Link
            metadata: {name: l}
            spec: {path: /srv/l, target: x}
            """
        let check = try await check(["apps/web/link.yaml": link])
        #expect(
            check.problems.map(\.reason.string) == [
                "Link/l: project shop: the project does not allow the kind \"Link\" (in acme/web@dev and 1 more)"
            ])
    }

    @Test func `two units that declare one file are told of each other`() async throws {
        let check = try await check([
            "projects/shop/other.yaml":
                "kind: Application\nmetadata: {name: other}\nspec: {source: {path: apps/other}, targets: {env: prod}}",
            "apps/other/mine.yaml": Self.file("mine", "/srv/index.html"),
        ])
        #expect(
            check.problems.map(\.description) == [
                "apps/web/index.yaml:1:1: File/index: acme/web@prod declares /srv/index.html, which File/mine of "
                    + "acme/other@prod declares at apps/other/mine.yaml:1 (an object belongs to one unit: remove one of them)"
            ])
    }

    @Test func `a file where another unit's service has its drop-in is refused`() async throws {
        let project = (Self.fleet["platform/shop.yaml"] ?? "")
            .replacing("kinds: [File]", with: "kinds: [File, Service], services: [nginx]")
        let check = try await check([
            "platform/shop.yaml": project,
            "apps/web/nginx.yaml": """
            apiVersion: host.trimtab.dev/v1alpha1
            kind: Service
            metadata: {name: nginx}
            spec: {running: true, dropIns: {limits: "[Service]\\nLimitNOFILE=10\\n"}}
            """,
            "projects/shop/other.yaml": """
            kind: Application
            metadata: {name: other}
            spec: {source: {path: apps/other}, targets: {env: prod}}
            """,
            "apps/other/mine.yaml": Self.file("mine", "/etc/systemd/system/nginx.service.d/limits.conf"),
        ])
        #expect(
            check.problems.map(\.description) == [
                "apps/web/nginx.yaml:1:1: Service/nginx: acme/web@prod declares "
                    + "/etc/systemd/system/nginx.service.d/limits.conf, which File/mine of acme/other@prod declares at "
                    + "apps/other/mine.yaml:1 (an object belongs to one unit: remove one of them)"
            ])
    }

    @Test func `two targets that are one host are told apart by nobody`() async throws {
        let targets = (Self.fleet["platform/targets.yaml"] ?? "").replacing("./prod", with: "./dev")
        let check = try await check(["platform/targets.yaml": targets])
        #expect(check.problems.count == 1)
        #expect(check.problems.first?.reason.string.contains("acme/web@dev") == true)
    }

    @Test func `one object in two files of an application is refused`() async throws {
        let check = try await check(["apps/web/z.yaml": Self.file("index", "/srv/other")])
        #expect(
            check.problems.map(\.description) == [
                "apps/web/z.yaml:1:1: File/index: is declared already at apps/web/index.yaml:1 "
                    + "(an application declares an object once)"
            ])
    }

    @Test func `a path that is not there is told with the application`() async throws {
        let check = try await check(["apps/web/index.yaml": ""])
        let told = check.problems.map(\.description)
        #expect(told.first?.hasPrefix("projects/shop/web.yaml:") == true, "\(told)")
        #expect(told.first?.contains("application web: apps/web") == true, "\(told)")
    }

    @Test func `what lies in other repositories is not looked at, and that is said`() async throws {
        let check = try await check([
            "platform/source.yaml": "kind: Source\nmetadata: {name: far}\nspec: {git: \"https://git.invalid/x\"}",
            "platform/shop.yaml": (Self.fleet["platform/shop.yaml"] ?? "").replacing("[fleet]", with: "[far]"),
            "projects/shop/web.yaml": (Self.fleet["projects/shop/web.yaml"] ?? "")
                .replacing("{path:", with: "{name: far, branch: main, path:"),
        ])
        #expect(check.problems == [])
        #expect(
            check.notices == ["what 2 units render from other repositories is not checked here; --render fetches them"])
    }
}
