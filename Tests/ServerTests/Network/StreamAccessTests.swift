// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import AsyncHTTPClient
import Manifest
import Model
import NIOCore
import NIOHTTP1
import Server
import SignIn
import Synchronization
import TestSupport
import Testing
import Web

/// What streams tell whom, and for how long.
@Suite(.timeLimit(.minutes(2))) struct StreamAccessTests {
    private func open(_ site: NetworkSite, _ path: String, _ token: String) async throws -> HTTPClientResponse.Body {
        var request = HTTPClientRequest(url: site.base + path)
        request.headers.add(name: "authorization", value: "Bearer \(token)")
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
        #expect(response.status == .ok)
        return response.body
    }

    private func site(_ body: @escaping @Sendable (NetworkSite) async throws -> Void) async throws {
        try await withNetworkSite(pages: Pages(clock: { Sample.now }), body)
    }

    @Test(arguments: ["/v1/units/stream?after=0", "/v1/events/stream?after=0", "/live"])
    func `a stream tells nothing of another project`(path: String) async throws {
        try await site { site in
            let shop = try await site.token("shop", [.read], projects: ["shop"])
            var stream = try await open(site, path, shop).makeAsyncIterator()
            var told = ""
            for round in 0..<3 {
                await site.twin.append(.paused, unit: Sample.unit("ledger", "prod"), summary: "ledger")
                await site.twin.append(.paused, unit: Sample.unit("web", "prod"), summary: "round \(round)")
                let before = told.count
                while !told.dropFirst(before).contains("web@prod") {
                    told += String(buffer: try #require(try await stream.next()))
                }
            }
            #expect(!told.contains("ledger"))
        }
    }

    @Test(arguments: ["/v1/units/stream", "/v1/events/stream", "/live"])
    func `a stream ends with the token that opened it`(path: String) async throws {
        try await site { site in
            let token = try await site.token("watcher", [.read])
            var stream = try await open(site, path, token).makeAsyncIterator()
            _ = try await site.tokens.revokeToken(try #require(TokenName("watcher")), reason: "", actor: .trimtab)
            await site.twin.append(.paused, unit: Sample.unit("web", "prod"))
            while try await stream.next() != nil {}
        }
    }

    @Test(arguments: ["/v1/units/stream", "/v1/events/stream", "/live"])
    func `a server that stops ends its streams in order`(path: String) async throws {
        let stream = Mutex<HTTPClientResponse.Body?>(nil)
        try await site { site in
            let token = try await site.token("watcher", [.read])
            let body = try await open(site, path, token)
            stream.withLock { $0 = body }
        }
        // A body that is cut off throws.
        let kept = stream.withLock { $0 }
        let body = try #require(kept)
        for try await _ in body {}
    }
}
