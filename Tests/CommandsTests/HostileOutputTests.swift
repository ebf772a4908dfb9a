// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Commands
import Fleet
import Foundation
import Manifest
import Model
import TestSupport
import Testing

/// What Git, a cluster or a person could say, in every field that a command prints.
@Suite struct HostileOutputTests {
    private static let hostile: Text =
        "x\u{1B}[2J\u{1B}]0;title\u{7}\u{1B}]52;c;Y3VybCBldmls\u{7}\u{9B}31m\r\n\u{8}\u{7F}\u{202E}gpj\u{2028}\u{E000}\u{0}"

    private static let commands: [[String]] = [
        ["status"], ["plan"], ["plan", "web@prod"], ["diff"], ["diff", "--owners"], ["render", "web@prod"],
        ["render", "web@prod", "--explain"], ["history", "web@prod"], ["log"], ["log", "--output", "json"],
        ["status", "--output", "json"], ["plan", "--output", "json"], ["diff", "--output", "json"],
        ["status", "--output", "yaml"], ["auth", "token", "list"], ["audit", "verify"], ["audit", "checkpoint"],
        ["sync", "web@prod"], ["pause", "web@prod", "--for", "1h"], ["auth", "explain", "sync", "web@prod"],
        ["adopt", "web@prod", "--dry-run"], ["adopt", "web@prod"], ["status", "web@prod", "--tree"],
        ["status", "--at", "2030-01-01T00:00:00Z"], ["history", "web@prod", "--commits"], ["log", "--values"],
        ["secrets", "list"], ["auth", "roles"], ["auth", "can-i", "sync", "web@prod"], ["audit", "export"],
        ["confirm", "web@prod", "--plan", plan], ["approve", "web@prod", "--plan", plan],
        ["reject", "web@prod", "--plan", plan, "--reason", "no"], ["rollback", "web@prod"],
        ["rollback", "web@prod", "--undo"],
        ["mark-bad", "web@prod"], ["resume", "web@prod"], ["cancel", "web@prod"], ["refresh"], ["accept", "shop"],
        ["auth", "token", "create", "ci"], ["auth", "token", "revoke", "ci"],
    ]
    private static let plan = Sample.digest(9).hex

    /// What prints nothing that others said, or prints it in tests of its own that read files.
    private static let others: Set<String> = [
        "run", "init", "validate", "schema", "version", "login", "context", "context list", "context use",
        "context remove", "help-reference", "api-reference", "secrets keygen", "secrets encrypt", "secrets decrypt",
        "secrets edit",
        "secrets rotate", "secrets updatekeys", "secrets compare", "secrets audit", "secrets where-used",
    ]

    @Test func `every command is among those, or said not to be`() throws {
        let tried = Self.commands.map { words in
            words.prefix { !$0.contains("@") && !$0.hasPrefix("-") }.joined(separator: " ") + " "
        }
        // Made from the commands, and held to them.
        let reference = try String(contentsOf: Script.folder.appending(path: "../../../docs/cli.md"), encoding: .utf8)
        let commands = reference.matches(of: /\n\| \[`([a-z -]+)`\]/).map { String($0.output.1) }
        #expect(commands.count > 40)
        for command in commands where !Self.others.contains(command) {
            #expect(tried.contains { $0.hasPrefix(command + " ") }, "\(command)")
        }
    }

    @Test(arguments: commands) func `no text of others can do anything to a terminal`(command: [String]) async throws {
        let twin = await Self.engine()
        let capture = Capture()
        let status = await Invocation.run(command, in: capture.environment(twin, folder: "/w"))
        #expect(status != .usage, "\(capture.lines(\.errors, folder: "/w"))")
        let printed = capture.output + capture.errors
        #expect(!printed.isEmpty)
        for scalar in printed.unicodeScalars where scalar != "\n" {
            #expect(!Self.isDangerous(scalar), "U+\(String(scalar.value, radix: 16)) by \(command)")
        }
    }

    @Test func `what failed is no safer`() async throws {
        let twin = await Self.engine()
        let problem = Problem(file: Self.hostile, line: 3, column: 1, reason: Self.hostile, advice: Self.hostile)
        await twin.fail(with: APIError(.failed, Self.hostile, advice: Self.hostile, problems: [problem]))
        let capture = Capture()
        _ = await Invocation.run(["status"], in: capture.environment(twin, folder: "/w"))
        let errors = capture.errors
        #expect(errors.contains("title"))
        #expect(!errors.unicodeScalars.contains { $0 != "\n" && Self.isDangerous($0) })
    }

    /// What moves a cursor, begins a line or a sequence, or turns the direction of writing around.
    private static func isDangerous(_ scalar: UnicodeScalar) -> Bool {
        switch scalar.value {
        case 0x61C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true
        default:
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator: true
            default: false
            }
        }
    }

    private static func engine() async -> MemoryOperations {
        let text = hostile
        let problem = Problem(file: text, line: 3, column: 4, reason: text, advice: text)
        let unit = Sample.unit("web", "prod")
        let object = ObjectID(group: text, kind: text, namespace: text, name: text)
        var fleet = Sample.fleet
        fleet.problems = [problem]
        fleet.notices = [text]
        for index in fleet.sources.indices {
            (fleet.sources[index].url, fleet.sources[index].following) = (text, text)
            (fleet.sources[index].reason, fleet.sources[index].state) = (text, .failed)
        }
        for index in fleet.units.indices {
            var status = fleet.units[index]
            status.labels = UnitLabels(application: [text: text], target: [text: text])
            status.health = HealthReport(.degraded, reason: text.string)
            status.drift = DriftSummary(objects: 1, since: Sample.now, cause: text, examples: [object])
            status.additions = status.drift
            status.pause = Pause(until: Sample.now, actor: Actor(text), reason: text)
            status.block = Block(
                reason: text, plan: Sample.digest(9),
                approval: ApprovalView(
                    from: [text], needed: 3, notAuthor: true, approvers: [Actor(text)], rejectedBy: Actor(text)))
            status.lastSync = LastSync(time: Sample.now, result: .failed, actor: Actor(text))
            (status.unpruned, status.remarks, status.problems) = ([object], [text], [problem])
            fleet.units[index] = status
        }
        let fields = [
            FieldDifference(path: FieldPath([.key(text), .index(1)]), old: .string(text), new: .string("x")),
            FieldDifference(path: [text], old: nil, new: [.string(text), .null]),
            FieldDifference(path: FieldPath(), old: .object([text: .string(text)]), new: nil),
        ]
        let changes = Change.Action.allCases.map { Change(object: object, action: $0, wave: 0, fields: fields) }
        let plan = PlanView(
            unit: unit, version: Sample.version("b"),
            plan: Plan(unit: unit, renderDigest: Sample.digest(2), changes: changes, digest: Sample.digest(3)),
            hooks: [PlannedHook(object: object, phase: .beforeSync, weight: 0)],
            block: Block(reason: text, plan: Sample.digest(9)), problems: [problem])
        let drift = DriftReport(
            unit: unit, version: Sample.version("a"),
            items: [
                .init(object: object, fields: fields, cause: text), .init(object: object, isAbsent: true),
                .init(object: object, isAddition: true, fields: fields, cause: text),
            ], problems: [problem])
        let rendered = RenderedUnit(
            unit: unit, version: Sample.version("a"), renderDigest: Sample.digest(1),
            items: [.init(object: object, wave: 0, origin: text, manifest: [text: .string(text)])])
        let history = Sample.history.map { entry in
            var entry = entry
            (entry.actor, entry.reason) = (Actor(text), text)
            return entry
        }
        let verification = Verification(
            events: 7, head: Sample.digest(1), remarks: [text], findings: [.init(kind: text, sequence: 3, reason: text)]
        )
        let twin = MemoryOperations(
            fleet: fleet, plans: [plan], drift: [drift], rendered: [rendered], history: [unit: history],
            tree: tree(object), commits: commits, verification: verification, policy: policy)
        for kind in EventKind.allCases {
            await twin.append(
                kind, unit: unit, actor: Actor(text), payload: [text: .string(text), "reason": .string(text)],
                summary: text)
        }
        let access = SecretAccess(place: text, keys: [text], version: text, recipients: [text])
        await twin.append(.secretsRead, unit: unit, payload: SecretsRead(project: text, accesses: [access]).value)
        await twin.append(
            .storeFailed,
            payload: StoreFailed(place: text, state: text, reason: text, since: Sample.now, units: [unit]).value)
        let file = Sample.file("/etc/\(text)")
        let values = RecordedValues(objects: [file: fields.map { .init($0) }], cut: 1)
        let drifted = Drifted(plan: Sample.digest(1), objects: [file: [text]], cause: text).draft(of: unit)
        await twin.append(.drifted, unit: unit, payload: values.beside(drifted).payload, summary: text)
        return twin
    }

    private static func tree(_ object: ObjectID) -> ObjectTree {
        let container = ObjectTree.Container(
            name: hostile, state: .waiting, isReady: false, restarts: 3, reason: hostile)
        let pod = ObjectTree.Node(
            object: object, health: HealthReport(.degraded, reason: hostile.string), containers: [container])
        return ObjectTree(items: [ObjectTree.Node(object: object, owned: [pod])], remarks: [hostile])
    }

    private static var commits: [UnitCommit] {
        Sample.commits.map { commit in
            var commit = commit
            (commit.author, commit.subject) = (hostile, hostile)
            return commit
        }
    }

    private static var policy: AccessPolicy {
        var fleet = FleetSnapshot()
        if let name = RoleBindingName("all"), let viewer = RoleName("viewer") {
            fleet.roleBindings[name] = RoleBinding(
                name: name, role: viewer, subjects: [.user(hostile), .group(hostile)], place: hostile)
        }
        return AccessPolicy(fleet)
    }
}
