// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Commands
import Foundation
import GitSource
import Journal
import Logging
import Manifest
import Model
import Synchronization
import TestSupport
import Testing

@testable import Assembly

/// Checkpoints in a repository behind a real `git http-backend`, and what they prove of an export on a machine that has
/// neither the database nor the key.
@Suite struct PublishedCheckpointTests {
    private struct Site {
        var trial: TrialSite
        var server: GitHTTPServer
        var results: Results
        var remote: GitFixture
        let complaints = Complaints()

        /// A publisher as a daemon that has just been started has it.
        func publisher(_ journal: Journal) throws -> CheckpointPublisher {
            var trust = Trust()
            trust.policy = AddressPolicy(allowsPlainHTTP: true)
            let opener = try RepositoryOpener(state: trial.state, trust: trust, clocks: .system)
            return CheckpointPublisher(
                state: trial.state, journal: journal, opener: opener, clocks: .system,
                log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, complaints: complaints
            ) { [results] in results.add($0) }
        }

        /// One turn of a daemon on the state folder, which nobody else holds.
        @discardableResult
        func publish() async throws -> Duration {
            let journal = try await Journal.open(folder: trial.state, clock: Clocks.system.wall)
            let wait = try await publisher(journal).step()
            try await journal.close()
            return wait
        }

        var commits: Int {
            get throws { Int(try remote.git("rev-list", "--count", "main")) ?? 0 }
        }

        /// What an auditor has: a clone, and no more.
        func clone(to name: String) throws {
            let place = trial.folder.appending(path: name).path
            try remote.git("clone", "--quiet", remote.folder.path, place)
        }
    }

    private final class Results: Sendable {
        private let list = Mutex<[CheckpointPublisher.Result]>([])
        var all: [CheckpointPublisher.Result] { list.withLock(\.self) }
        func add(_ result: CheckpointPublisher.Result) { list.withLock { $0.append(result) } }
    }

    private func withSite(_ name: String = #function, _ body: (Site) async throws -> Void) async throws {
        try await TrialSite.with(name) { trial in
            let root = trial.folder.appending(path: "served")
            let remote = try GitFixture(at: root.appending(path: "audit.git"), bare: true)
            try remote.git("config", "http.receivepack", "true")
            let server = try await GitHTTPServer.start(root: root)
            server.ask(for: "git:canary-4711")
            try await trial.deploy("one")
            try trial.writePrivate(
                "git: {url: \"\(server.origin)/audit.git\", credentials: forge}\ninterval: 1h\n",
                to: "state/checkpoints.yaml")
            try trial.writePrivate("url=\(server.origin)\ntoken=canary-4711\n", to: "state/credentials/forge")
            try await body(Site(trial: trial, server: server, results: Results(), remote: remote))
            await server.stop()
        }
    }

    @Test func `each checkpoint is a commit, and a journal at rest makes none`() async throws {
        try await withSite { site in
            #expect(try await site.publish() == .seconds(3600))
            #expect(site.results.all == [.pushed])
            #expect(try site.commits == 1)
            // A daemon that starts again and finds nothing new.
            try await site.publish()
            #expect(try site.commits == 1)
            try await site.trial.deploy("two")
            try await site.publish()
            #expect(try site.commits == 2)
            let message = try site.remote.git("log", "-1", "--format=%an %s", "main")
            #expect(message.hasPrefix("trimtab Checkpoint of "))
            #expect(try site.remote.git("ls-tree", "-r", "--name-only", "main").split(separator: "\n").count == 2)
        }
    }

    @Test func `what is exported is verified against a clone, and each kind of forgery is named`() async throws {
        try await withSite { site in
            let trial = site.trial
            try await site.publish()
            try await trial.deploy("two")
            try await site.publish()
            try site.clone(to: "audit")
            try trial.write(await trial.trimtab("audit", "export").output, to: "export.jsonl")
            // Another machine: neither state folder nor daemon.
            func verify(_ export: String) async -> CommandRun {
                await trial.trimtab(
                    ["audit", "verify", "--export", export, "--against", "audit/checkpoints", "--output", "json"],
                    variables: ["TRIMTAB_STATE": trial.folder.path + "/nowhere"])
            }
            let whole = await verify("export.jsonl")
            #expect(whole.status == .success)
            #expect(try whole.value["remarks"]?.arrayValue?.count == 2)
            func finding(_ export: String) async throws -> Text? {
                let run = await verify(export)
                #expect(run.status == .broken)
                return try run.value["findings"]?.arrayValue?.first?["finding"]?.stringValue
            }

            let lines = try trial.read("export.jsonl").split(separator: "\n").map(String.init)
            let tampered = lines.map { $0.replacing("counts", with: "kounts") }
            try trial.write(tampered.joined(separator: "\n") + "\n", to: "tampered.jsonl")
            #expect(try await finding("tampered.jsonl") == "payloadAltered")

            // Shortened, and made to fit: as if the last deployment had never been.
            try Forgery.execute("DELETE FROM event WHERE sequence > 4", on: trial.state + "/journal.db")
            try trial.write(await trial.trimtab("audit", "export").output, to: "truncated.jsonl")
            #expect(try await finding("truncated.jsonl") == "truncated")
            let alone = await trial.trimtab("audit", "verify", "--export", "truncated.jsonl")
            #expect(alone.status == .success)
        }
    }

    @Test func `a forked history is named by the checkpoints that somebody else keeps`() async throws {
        try await withSite { site in
            let trial = site.trial
            try await site.publish()
            try await trial.deploy("two")
            try await site.publish()
            try site.clone(to: "audit")
            try await Forgery.rewrite(trial.state + "/journal.db", after: 3)
            try trial.write(await trial.trimtab("audit", "export").output, to: "forked.jsonl")
            let run = await trial.trimtab(
                "audit", "verify", "--export", "forked.jsonl", "--against", "audit/checkpoints", "--output", "json")
            #expect(run.status == .broken)
            #expect(try run.value["findings"]?.arrayValue?.first?["finding"] == "forked")
            #expect(await trial.trimtab("audit", "verify", "--export", "forked.jsonl").status == .success)
        }
    }

    @Test func `a push that fails is tried again with the same checkpoint, and told without its token`() async throws {
        try await withSite { site in
            let journal = try await Journal.open(folder: site.trial.state, clock: Clocks.system.wall)
            let publisher = try site.publisher(journal)
            site.server.fail { seen in seen.path.contains("git-receive-pack") ? .status(503) : nil }
            #expect(await publisher.step() == .seconds(10))
            #expect(await publisher.step() == .seconds(20))
            #expect(site.results.all == [.failed, .failed])
            site.server.work()
            site.server.ask(for: "git:another")
            _ = await publisher.step()
            let complaint = try #require(site.complaints.all.first).string
            #expect(complaint.contains("refused us") && !complaint.contains("canary"))
            site.server.ask(for: "git:canary-4711")
            let first = journal.newest
            try await journal.append(Resumed(reason: "").draft(of: unit("web"), by: Actor("user:alice")))
            #expect(await publisher.step() == .seconds(3600))
            let name = try site.remote.git("ls-tree", "-r", "--name-only", "main")
            #expect(name.hasSuffix("\(first).json"))
            // What came meanwhile is the next one's.
            _ = await publisher.step()
            #expect(try site.commits == 2)
            try await journal.close()
        }
    }

    @Test func `what was wrong is said no longer once it is mended, or once nobody asks for checkpoints`() async throws
    {
        try await withSite { site in
            let journal = try await Journal.open(folder: site.trial.state, clock: Clocks.system.wall)
            let publisher = try site.publisher(journal)
            let file = site.trial.state + "/checkpoints.yaml"
            func set(_ permissions: Int) throws {
                try FileManager.default.setAttributes([.posixPermissions: permissions], ofItemAtPath: file)
            }
            _ = await publisher.step()
            try set(0o666)
            _ = await publisher.step()
            #expect(site.complaints.all.count == 1)
            // There is nothing to push, and so nothing that could succeed.
            try set(0o600)
            _ = await publisher.step()
            #expect(site.complaints.all.isEmpty && site.results.all == [.pushed, .failed])
            try set(0o666)
            _ = await publisher.step()
            try FileManager.default.removeItem(atPath: file)
            _ = await publisher.step()
            #expect(site.complaints.all.isEmpty)
            try await journal.close()
        }
    }

    @Test func `a branch that somebody has rewritten gets nothing more, and others may add to it`() async throws {
        try await withSite { site in
            try await site.publish()
            try site.clone(to: "work")
            let work = site.trial.folder.appending(path: "work").path
            func inWork(_ arguments: String...) throws { try site.remote.git(["-C", work] + arguments) }
            try inWork("commit", "--quiet", "--allow-empty", "-m", "A note")
            try inWork("push", "--quiet", "origin", "HEAD:main")
            try await site.trial.deploy("two")
            try await site.publish()
            #expect(try site.commits == 3)
            // The first checkpoint is taken out of the history.
            try inWork("checkout", "--quiet", "--orphan", "other")
            try inWork("commit", "--quiet", "--allow-empty", "-m", "Nothing was ever here")
            try inWork("push", "--quiet", "--force", "origin", "HEAD:main")
            try await site.trial.deploy("three")
            #expect(try await site.publish() == .seconds(10))
            #expect(site.results.all.last == .failed)
            #expect(try site.commits == 1)
        }
    }

    @Test func `a daemon pushes by itself, and says in its status what keeps it from it`() async throws {
        try await withSite { site in
            let trial = site.trial
            try trial.write("allow: [plainHTTP, localPaths]\n", to: "trust.yaml")
            site.server.fail { seen in seen.path.contains("audit.git") ? .status(503) : nil }
            try await trial.withDaemon(trust: trial.folder.path + "/trust.yaml") {
                try await trial.wait { try await trial.figure("trimtab_checkpoints_total{result=\"failed\"}") > 0 }
                let status = await trial.trimtab("status")
                #expect(status.output.contains("note: checkpoints are not pushed, and are tried again: "))
                // Nothing else waits.
                try await trial.wait { try await trial.unit("web@dev")?["sync"] == "InSync" }
                site.server.work()
                try await trial.wait { try await trial.figure("trimtab_checkpoints_total{result=\"pushed\"}") == 1 }
                #expect(await !trial.trimtab("status").output.contains("checkpoints"))
            }
            #expect(try site.commits == 1)
        }
    }

    @Test func `a file that others can write, or that says nothing, is refused`() async throws {
        try await withSite { site in
            let file = site.trial.state + "/checkpoints.yaml"
            try FileManager.default.setAttributes([.posixPermissions: 0o666], ofItemAtPath: file)
            await #expect(throws: CheckpointPlan.Failure.self) {
                try await CheckpointPlan.read(state: site.trial.state)
            }
            for text in ["", "git: {url: x, brunch: main}", "interval: 1h", "git: {url: 1}"] {
                #expect(throws: CheckpointPlan.Failure.self) { try CheckpointPlan(Array(text.utf8), file: "f") }
            }
            let plan = try CheckpointPlan(Array("git: {url: \"https://a.example/b\"}".utf8), file: "f")
            #expect(plan.branch == "main")
            #expect(plan.interval == .seconds(3600))
        }
    }
}
