// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Foundation
import Manifest
import Model
import TestSupport
import Testing

@testable import HostTarget

/// Commands that check files: real ones, on a sandbox, whose root is their folder.
@Suite(.timeLimit(.minutes(5))) struct ValidationTests {
    private func objects(_ host: Host, _ a: Text, _ b: Text, command: Text = "grep -q good srv/a srv/b")
        -> [DesiredObject]
    {
        [
            host.file("a", path: "/srv/a", [("content", .string(a)), ("validate", .string(command))]),
            host.file("b", path: "/srv/b", [("content", .string(b)), ("validate", .string(command))]),
            host.file("c", path: "/srv/c", [("content", .string(a))]),
            host.declare("Service", "nginx", [("running", true), ("reloadOn", ["File/a"])]),
        ]
    }

    @Test func `a command sees all new files, once, before any service reloads`() async throws {
        try await withMachine { host, services, _ in
            services.set("nginx")
            let command: Text = "sh etc/check"
            try host.write("grep -q x srv/a && grep -q y srv/b && echo run >>runs", to: "etc/check")
            try host.write("old", to: "srv/a")
            #expect(try await host.apply(objects(host, "x", "y", command: command)).allSatisfy { $0.result == .done })
            #expect(host.read("runs") == "run\n")
            #expect(services.takeActs() == ["reload nginx.service"])
            let undo = host.folder.appendingPathComponent("var/lib/trimtab/undo").path
            #expect((try? FileManager.default.contentsOfDirectory(atPath: undo)) ?? [] == [])
        }
    }

    @Test func `when it says no, every file is as it was, and the failure names it and what it said`() async throws {
        try await withMachine { host, services, _ in
            services.set("nginx")
            try host.write("foreign", to: "srv/b")
            let command: Text = "sh etc/check"
            try host.write("echo line 7 is wrong; grep -q good srv/a", to: "etc/check")
            let outcomes = try await host.apply(objects(host, "bad", "bad", command: command))
            for outcome in outcomes.prefix(3) {
                guard case .failed(let reason) = outcome.result else {
                    Issue.record("\(outcome)")
                    continue
                }
                #expect(reason.string.contains("sh etc/check failed with status 1: line 7 is wrong"))
            }
            guard case .skipped = outcomes[3].result else {
                Issue.record("\(outcomes[3])")
                return
            }
            #expect(services.takeActs() == [])
            #expect(host.names() == ["etc", "etc/check", "srv", "srv/b"])
            #expect(host.read("srv/b") == "foreign")

            // Made right, it goes through, and the original is still known.
            #expect(
                try await host.apply(objects(host, "good", "good", command: command)).allSatisfy { $0.result == .done })
            try await host.remove(objects(host, "good", "good")[1])
            #expect(host.read("srv/b") == "foreign")
        }
    }

    @Test(arguments: ["0600", "0640"] as [Value])
    func `what it says is told to nobody where it may quote a file that others may not read`(mode: Value) async throws {
        try await withMachine { host, _, _ in
            try host.write("cat srv/a; exit 3", to: "etc/check")
            let file = host.file(
                "a", path: "/srv/a", [("content", "hunter2"), ("mode", mode), ("validate", "sh etc/check")])
            let outcomes = try await host.apply([file])
            guard case .failed(let reason)? = outcomes.first?.result else {
                Issue.record("\(outcomes)")
                return
            }
            #expect(reason.string.contains("sh etc/check failed with status 3: its words are withheld"), "\(reason)")
            #expect(!reason.string.contains("hunter2") && reason.string.contains("/srv/a"))
        }
    }

    @Test func `a command that the project does not allow is refused by name`() async throws {
        try await withMachine { host, _, _ in
            let refusals = try await host.target.admit(objects(host, "x", "y", command: "rm -rf /"), of: host.unit)
            #expect(refusals.count == 2)
            #expect(refusals.first?.reason.string.contains("rm -rf /") == true)
            let outcomes = try await host.apply(objects(host, "x", "y", command: "rm -rf /"))
            #expect(outcomes.prefix(2).allSatisfy { $0.result.isFailure })
        }
    }

    @Test func `a program that is not there, and one that does not end, are failures by name`() throws {
        let root = try Root(at: try #require(HostPath("/")))
        let missing = try Command(line: "no-such-program-here").run(on: root)
        #expect(missing.fault("it").reason.contains("was not found"))
        let slow = try Command(["sleep", "100"], deadline: .milliseconds(100)).run(on: root)
        #expect(slow.ending == .timedOut(after: .milliseconds(100)))
        let noisy = try Command(["sh", "-c", "yes | head -c 1000000; echo end"]).run(on: root)
        #expect(noisy.isSuccess && noisy.output.utf8.count < 2 * Command.outputLimit)
        #expect(noisy.output.string.hasSuffix("end"))
    }

    @Test func `recovery leaves another fleet's wave alone`() async throws {
        try await withHost { host in
            // A wave that waits for its commands, in a process that is alive.
            try host.write("old", to: "srv/a")
            let (root, unit) = (host.target.root, host.unit.unit)
            let srv = try #require(HostPath("/srv"))
            let folder = try #require(try root.folder(at: srv))
            let name = Array("a".utf8)
            let live = try #require(try folder.metadata(of: name))
            try Originals(own: OwnFolder(root: root), unit: unit, part: .undo).keep(name, live, in: folder)
            let file = host.file("a", path: "/srv/a", [("content", "unchecked")])
            try await host.apply(file)
            var ledger = try #require(try host.target.book.ledger(of: unit))
            ledger.entries[file.id]?.isUnvalidated = true
            try host.target.book.store(ledger, of: unit)
            try host.write("", to: "srv/.trimtab-0123456789abcdef.tmp")

            func recover(_ fleet: FleetName) async throws {
                let path = host.folder.path
                try await HostTarget(root: path, observations: MemoryObservations(), fleet: fleet).recover()
            }
            try await recover(TestSupport.name("other"))
            #expect(host.read("srv/a") == "unchecked")
            #expect(host.names() == ["srv", "srv/.trimtab-0123456789abcdef.tmp", "srv/a"])
            try await recover(unit.fleet)
            #expect(host.read("srv/a") == "old")
            #expect(host.names() == ["srv", "srv/a"])
        }
    }

    @Test func `recovery finds what a build before this one kept, and what lies about from it`() async throws {
        try await withHost { host in
            try host.write("old", to: "srv/a")
            let (root, unit) = (host.target.root, host.unit.unit)
            let srv = try #require(HostPath("/srv"))
            let folder = try #require(try root.folder(at: srv))
            let name = Array("a".utf8)
            let live = try #require(try folder.metadata(of: name))
            try Originals(own: OwnFolder(root: root), unit: unit, part: .undo).keep(name, live, in: folder)
            // Its names said nothing of the fleet.
            try host.shell("cd var/lib/trimtab/undo && for name in *; do mv $name ${name#*.}; done")
            try host.shell("echo x >var/lib/trimtab/undo/$(printf %064d 0)")
            let file = host.file("a", path: "/srv/a", [("content", "unchecked")])
            try await host.apply(file)
            var ledger = try #require(try host.target.book.ledger(of: unit))
            ledger.entries[file.id]?.isUnvalidated = true
            try host.target.book.store(ledger, of: unit)
            let path = host.folder.path
            try await HostTarget(root: path, observations: MemoryObservations(), fleet: unit.fleet).recover()
            #expect(host.read("srv/a") == "old")
            #expect(try OwnFolder(root: root).existing(.undo)?.names() == [])
        }
    }

    @Test func `recovery removes no file that another fleet is about to put in its place`() async throws {
        try await withHost { host in
            try await host.apply(host.file("a", path: "/srv/a", [("content", "x")]))
            let other = TestSupport.name("other") as FleetName
            let theirs = String(decoding: TemporaryName.make(for: other), as: UTF8.self)
            let ours = String(decoding: TemporaryName.make(for: host.unit.unit.fleet), as: UTF8.self)
            for folder in ["srv", "var/lib/trimtab", "var/lib/trimtab/inventory"] {
                try host.write("", to: "\(folder)/\(theirs)")
                try host.write("", to: "\(folder)/\(ours)")
            }
            let path = host.folder.path
            try await HostTarget(root: path, observations: MemoryObservations(), fleet: host.unit.unit.fleet).recover()
            for folder in ["srv", "var/lib/trimtab", "var/lib/trimtab/inventory"] {
                #expect(host.read("\(folder)/\(theirs)") != nil && host.read("\(folder)/\(ours)") == nil, "\(folder)")
            }
        }
    }

    #if DEBUG
        static func workUntilAsked(in folder: URL) async throws {
            let host = try Host(folder, commands: ["true"])
            let files = ["a", "b"].map { name in
                host.file(
                    Text(name), path: Text("/srv/\(name)"), [("content", "unchecked"), ("validate", "true")])
            }
            try await host.apply(files)
        }

        @Test(arguments: ["host.file.placed", "host.batch.placed", "host.batch.validated"])
        func `killed before the command has agreed, recovery puts the old files back`(step: String) async throws {
            try await withScratchFolder { folder in
                let before = try Host(folder)
                try before.write("old", to: "srv/a")
                let path = folder.path
                await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String, step = step as String] in
                    setenv("TRIMTAB_CRASH_AT", step, 1)
                    try await ValidationTests.workUntilAsked(in: URL(fileURLWithPath: path))
                }
                #expect(before.read("srv/a") == "unchecked")
                let host = try Host(folder, commands: ["true"])
                try await host.target.recover()
                #expect(host.names() == ["srv", "srv/a"])
                #expect(host.read("srv/a") == "old")
                try await Self.workUntilAsked(in: folder)
                #expect(host.read("srv/b") == "unchecked")
            }
        }
    #endif
}
