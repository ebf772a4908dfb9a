// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Assembly
import Foundation
import Helm
import Manifest
import TestSupport
import Testing

/// HTTP to chart repositories, on the loopback.
@Suite struct ChartTransportTests {
    private func with(
        limit: Duration = .seconds(60), _ answer: @escaping @Sendable (GitHTTPServer.Seen) -> GitHTTPServer.Fault?,
        _ body: (HTTPChartTransport, String) async throws -> Void
    ) async throws {
        try await withScratchFolder { folder in
            let server = try await GitHTTPServer.start(root: folder)
            server.fail(answer)
            try await body(HTTPChartTransport(limit: limit), server.origin)
        }
    }

    private func failure(_ transport: HTTPChartTransport, _ address: String, limit: Int = 1000) async -> String {
        let error = await #expect(throws: HelmError.self) { try await transport.get(address, limit: limit) }
        return error.map(String.init(describing:)) ?? ""
    }

    @Test func `a file is read through redirects`() async throws {
        try await with { seen in
            seen.path == "/new" ? .status(200, body: "content") : .status(302, headers: ["location": "/new"])
        } _: { transport, origin in
            let content = try await transport.get(origin + "/old", limit: 7)
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
                let error = await #expect(throws: HelmError.self) { try await transport.get(origin + "/x", limit: 9) }
                #expect(error?.isTransient == isTransient, "\(status)")
            }
        }
    }

    @Test func `a server that falls silent is given up`() async throws {
        try await with(limit: .seconds(1)) { _ in
            .silence
        } _: { transport, origin in
            let error = await #expect(throws: HelmError.self) { try await transport.get(origin + "/x", limit: 9) }
            #expect(error?.isTransient == true)
        }
    }
}
