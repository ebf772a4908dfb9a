// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import GitSource
import Glibc
import Manifest
import Model
import TestSupport
import Testing

/// A secret is planted, and searched wherever it must not be.
@Suite struct CanaryTests {
    private static let canary = "canary-7f3a9c/%:word"

    private func withServer(_ body: (Bench, GitHTTPServer, TrackedSource) async throws -> Void) async throws {
        try await Bench.with { bench in
            try bench.origin.commit()
            let server = try await GitHTTPServer.start(root: bench.repositories)
            try bench.addCredential("forge", "url=\(server.origin)", "username=agent", "password=\(Self.canary)")
            let source = try await bench.source(server.origin + "/origin/.git", credential: "forge")
            defer { source.database.close() }
            try await body(bench, server, source)
            await server.stop()
        }
    }

    @Test func `A wrong password is a state that does not hold it`() async throws {
        try await withServer { bench, server, source in
            server.ask(for: "agent:another")
            let look = await source.look(at: .branch("main"))
            guard case .unauthorised = look.failure else { Issue.record("\(look.complaint)"); return }
            expectNoCanary(in: look.complaint)
            try expectNoCanary(inFilesOf: bench.state)
        }
    }

    @Test func `A server that sends the password back does not bring it into an error`() async throws {
        try await withServer { bench, server, source in
            server.ask(for: "agent:\(Self.canary)")
            let basic = Data("agent:\(Self.canary)".utf8).base64EncodedString()
            server.fail { seen in
                guard seen.authorization != nil else { return nil }
                return .status(
                    400, headers: ["Content-Type": "text/plain"],
                    body: "error: you sent \(Self.canary) as \(basic)\n")
            }
            let look = await source.look(at: .branch("main"))
            #expect(look.failure != nil)
            expectNoCanary(in: look.complaint)
            #expect(!look.complaint.contains(basic))
        }
    }

    @Test func `No process shows it in its arguments or its environment`() async throws {
        try await withServer { bench, server, source in
            server.ask(for: "agent:\(Self.canary)")
            server.fail { seen in seen.authorization == nil ? nil : .silence }
            async let look = source.look(at: .branch("main"))
            while !server.requests.contains(where: { $0.authorization != nil }) { await Task.yield() }
            var searched = 0
            for (process, line) in try ChildProcesses.commandLines() {
                guard let bytes = FileManager.default.contents(atPath: "/proc/\(process)/environ") else { continue }
                let environment = String(decoding: bytes, as: UTF8.self)
                guard line.contains(server.origin) || environment.contains(bench.scratch.path) else { continue }
                searched += 1
                expectNoCanary(in: line)
                expectNoCanary(in: environment)
            }
            #expect(searched >= 2)
            try expectNoCanary(inFilesOf: bench.state)
            for (process, line) in try ChildProcesses.commandLines() where line.contains(server.origin) {
                kill(process, SIGKILL)
            }
            expectNoCanary(in: await look.complaint)
        }
    }

    @Test func `Credentials go to their own host only, and not in the clear`() async throws {
        try await Bench.with { bench in
            try bench.addCredential("forge", "url=https://git.example.org", "token=\(Self.canary)")
            for url in ["https://127.0.0.1:1/x", "http://git.example.org/x", "https://git.example.org:8443/x"] {
                let source = try await bench.source(url, credential: "forge")
                let look = await source.look(at: .head)
                source.database.close()
                #expect(look.failure != nil)
                expectNoCanary(in: look.complaint)
            }
            let source = try await bench.source("https://127.0.0.1:1/x", credential: "forge")
            defer { source.database.close() }
            #expect(await source.look(at: .head).complaint.contains("are bound to https://git.example.org"))
        }
    }

    @Test func `A file of credentials that others may read is refused`() async throws {
        try await Bench.with { bench in
            try bench.addCredential("forge", "url=https://127.0.0.1:1", "token=\(Self.canary)")
            let file = bench.credentials.appendingPathComponent("forge").path
            try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: file)
            let source = try await bench.source("https://127.0.0.1:1/x", credential: "forge")
            defer { source.database.close() }
            let look = await source.look(at: .head)
            #expect(look.complaint.contains("can be read by others"))
        }
    }

    @Test func `A broken line of a file of credentials is not repeated`() async throws {
        try await Bench.with { bench in
            try bench.addCredential("forge", "url=https://127.0.0.1:1", Self.canary)
            let source = try await bench.source("https://127.0.0.1:1/x", credential: "forge")
            defer { source.database.close() }
            let look = await source.look(at: .head)
            #expect(look.complaint.contains("no key=value"))
            expectNoCanary(in: look.complaint)
        }
    }

    private func expectNoCanary(in text: String, _ place: SourceLocation = #_sourceLocation) {
        #expect(!text.contains(Self.canary), sourceLocation: place)
        #expect(!text.contains("canary-7f3a9c"), sourceLocation: place)
    }

    private func expectNoCanary(inFilesOf folder: URL, _ place: SourceLocation = #_sourceLocation) throws {
        for case let file as URL in try #require(
            FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
        {
            guard let content = FileManager.default.contents(atPath: file.path) else { continue }
            expectNoCanary(in: String(decoding: content, as: UTF8.self), place)
        }
    }
}
