// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import GitSource
import Manifest
import Model
import Synchronization
import TestSupport
import Testing

/// What several follow of one repository: none of it is another's trouble, and nothing is asked for that nobody wants.
@Suite struct InterestTests {
    /// What servers say of a commit that they do not have: JGit, and Git where it speaks the first protocol.
    @Test(arguments: ["want %@ not valid", "Server does not allow request for unadvertised object %@"])
    func `A commit that the server refuses is missing, and the branches beside it are followed on`(
        words: String
    ) async throws {
        try await Bench.with { bench in
            let first = try bench.origin.commit("first")
            let server = try await GitHTTPServer.start(root: bench.repositories)
            let source = try await bench.source(server.origin + "/origin/.git")
            defer { source.database.close() }
            #expect(await source.look(at: .branch("main")).accepted == first)
            let absent = try #require(CommitID(hex: String(repeating: "ab", count: 20)))
            let line = "ERR " + words.replacing("%@", with: absent.hex) + "\n"
            let length = String(line.utf8.count + 4, radix: 16)
            let answer = String(repeating: "0", count: 4 - length.utf8.count) + length + line
            // The first is the question for what is there.
            let posts = Mutex(0)
            server.fail { seen in
                guard seen.method == "POST" else { return nil }
                let count = posts.withLock {
                    $0 += 1; return $0
                }
                guard count > 1 else { return nil }
                return .status(
                    200, headers: ["Content-Type": "application/x-git-upload-pack-result"], body: answer)
            }
            let refused = await source.freshLook(bench, at: .commit(absent))
            #expect(refused.failure == .missing(.commit(absent)), "\(refused.complaint)")
            let main = await source.look(at: .branch("main"))
            #expect(main.failure == nil && main.accepted == first, "\(main.complaint)")
            #expect(posts.withLock { $0 } > 1)
            await server.stop()
        }
    }

    @Test func `What nobody asked for in hours is followed no more`() async throws {
        try await Bench.with { bench in
            let first = try bench.origin.commit("first")
            try bench.origin.git("branch", "other")
            let source = try await bench.source()
            defer { source.database.close() }
            for branch in ["main", "other"] as [Text] {
                #expect(await source.look(at: .branch(branch)).accepted == first)
            }
            #expect(await Set(source.mirror.follows) == [.branch("main"), .branch("other")])
            for _ in 0..<2 { _ = await source.freshLook(bench) }
            #expect(await source.mirror.follows == [.branch("main")])
            #expect(await source.look(at: .branch("other")).accepted == first)
        }
    }

    @Test func `What is wrong with this machine is no verdict on a commit`() {
        let passing: [SourceFailure] = [
            .readOnly(reason: "a disk"), .diskFull(reason: "a disk"), .badCredentials("verify", reason: "gpg"),
            .corrupt(reason: "a pack"), .failed(reason: "git"),
        ]
        #expect(passing.allSatisfy { !$0.isVerdict })
        #expect(SourceFailure.unsigned("a commit").isVerdict)
    }

    @Test func `Asking for references is held to the limit of memory, too`() async throws {
        try await Bench.with { bench in
            try bench.origin.commit("first")
            let server = try await GitHTTPServer.start(root: bench.repositories)
            bench.limits.memory = 1 << 20
            let source = try await bench.source(server.origin + "/origin/.git")
            defer { source.database.close() }
            #expect(await source.look(at: .branch("main")).failure != nil)
            #expect(server.requests.isEmpty)
            await server.stop()
        }
    }

    @Test func `Credentials may end their lines as Windows does, and a name may have a backslash`() async throws {
        try await Bench.with { bench in
            let first = try bench.origin.commit("first")
            let server = try await GitHTTPServer.start(root: bench.repositories)
            server.ask(for: #"CORP\nick:secret"#)
            try bench.addCredential(
                "forge", "# for the forge\r", "url=\(server.origin)\r", #"username=CORP\nick"# + "\r",
                "password=secret\r")
            let source = try await bench.source(server.origin + "/origin/.git", credential: "forge")
            defer { source.database.close() }
            let look = await source.look(at: .branch("main"))
            #expect(look.accepted == first, "\(look.complaint)")
            await server.stop()
        }
    }
}
