// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Assembly
import Foundation
import GitSource
import Helm
import Manifest
import SystemPackage
import TestSupport
import Testing

/// HTTP to chart repositories, on the loopback.
@Suite struct ChartTransportTests {
    private func with(
        limit: Duration = .seconds(60),
        servers: ChartServers = ChartServers(policy: AddressPolicy(allowsPlainHTTP: true)),
        _ answer: @escaping @Sendable (GitHTTPServer.Seen) -> GitHTTPServer.Fault?,
        _ body: (HTTPChartTransport, String) async throws -> Void
    ) async throws {
        try await withScratchFolder { folder in
            let server = try await GitHTTPServer.start(root: folder)
            server.fail(answer)
            try await body(HTTPChartTransport(servers: servers, limit: limit), server.origin)
        }
    }

    private func failure(_ transport: HTTPChartTransport, _ address: String, limit: Int = 1000) async -> String {
        let error = await #expect(throws: HelmError.self) { try await transport.get(address, by: nil, limit: limit) }
        return error.map(String.init(describing:)) ?? ""
    }

    @Test func `a file is read through redirects`() async throws {
        try await with { seen in
            seen.path == "/new" ? .status(200, body: "content") : .status(302, headers: ["location": "/new"])
        } _: { transport, origin in
            let content = try await transport.get(origin + "/old", by: nil, limit: 7)
            #expect(content == Array("content".utf8))
            #expect(await failure(transport, origin + "/new", limit: 6).contains("more than 6 bytes"))
        }
    }

    @Test func `redirects in a circle, to elsewhere and to nothing end`() async throws {
        for (target, words) in [
            ("/again", "more than 5 times"), ("file:///etc/passwd", "no address"), ("", "no address"),
        ] {
            try await with { _ in
                .status(301, headers: ["location": target])
            } _: { transport, origin in
                #expect(await failure(transport, origin + "/x").contains(words), "\(target)")
            }
        }
    }

    @Test func `errors say whether waiting may help`() async throws {
        for (status, isTransient) in [(404, false), (403, false), (500, true), (503, true), (429, true)] {
            try await with { _ in
                .status(status)
            } _: { transport, origin in
                let error = await #expect(throws: HelmError.self) {
                    try await transport.get(origin + "/x", by: nil, limit: 9)
                }
                #expect(error?.isTransient == isTransient, "\(status)")
            }
        }
    }

    @Test func `a server that falls silent is given up`() async throws {
        try await with(limit: .seconds(1)) { _ in
            .silence
        } _: { transport, origin in
            let error = await #expect(throws: HelmError.self) {
                try await transport.get(origin + "/x", by: nil, limit: 9)
            }
            #expect(error?.isTransient == true)
        }
    }

    @Test func `a password stays with the server that it is bound to, whatever redirects`() async throws {
        try await withScratchFolder { folder in
            let (own, stranger) = (
                try await GitHTTPServer.start(root: folder), try await GitHTTPServer.start(root: folder)
            )
            own.fail { [port = stranger.port] seen in
                seen.path == "/a" ? .status(302, headers: ["location": "http://127.0.0.1:\(port)/b"]) : .content([1])
            }
            stranger.fail { _ in .content([2]) }
            let file = folder.appending(path: "shelf")
            try Data("url=\(own.origin)\nusername=u\npassword=p\n".utf8).write(to: file)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
            let servers = ChartServers(
                policy: AddressPolicy(allowsPlainHTTP: true),
                credentials: CredentialStore(folder: FilePath(folder.path)))
            let transport = HTTPChartTransport(servers: servers)
            #expect(try await transport.get(own.origin + "/a", by: "shelf", limit: 9) == [2])
            #expect(own.requests.map(\.authorization) == ["Basic dTpw"])
            #expect(stranger.requests.map(\.authorization) == [nil])
        }
    }

    @Test func `what the operator does not allow is not asked`() async throws {
        try await with(servers: ChartServers()) { _ in
            .content([])
        } _: { transport, origin in
            #expect(await failure(transport, origin + "/x").contains("plain HTTP can be read and changed on the way"))
        }
        // Where clouds keep the passwords of their machines.
        let transport = HTTPChartTransport(servers: ChartServers(policy: AddressPolicy(allowsPlainHTTP: true)))
        for host in ["169.254.169.254", "[fd00:ec2::254]", "0.0.0.0"] {
            #expect(await failure(transport, "http://\(host)/index.yaml").contains("an address of the local link"))
        }
    }
}
