// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import AsyncHTTPClient
import Foundation
import Manifest
import Model
import NIOCore
import NIOHTTP1
import NIOSSL
import Server
import SignIn
import TestSupport
import Testing

/// Bytes that come over the network: slow ones, too many, and those that mean two things.
@Suite struct NetworkWireTests {
    @Test(arguments: [
        // Two lengths, a length and chunks, chunks that are none: what one reader takes for a body is the next request
        // to another.
        "POST /v1/sync HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcde",
        "POST /v1/sync HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST /v1/sync HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n0\r\n\r\n",
        "GET /v1/status HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n", "GET /v1/status HTTP/1.1\r\nHost : a\r\n\r\n",
        "GET /v1/sta tus HTTP/1.1\r\nHost: a\r\n\r\n", "GET /\u{0} HTTP/1.1\r\nHost: a\r\n\r\n",
        "\u{16}\u{3}\u{1}\u{2}\u{0}",
    ])
    func `a request that means two things is not answered with what is inside`(bytes: String) async throws {
        try await withNetworkSite { site in
            let answer = try await RawConnection.exchange(port: site.port, bytes)
            #expect(!answer.contains(" 200 ") && answer.components(separatedBy: "HTTP/1.1").count <= 2, "\(answer)")
        }
    }

    @Test func `headers have a limit`() async throws {
        try await withNetworkSite { site in
            let long = "GET /healthz HTTP/1.1\r\nHost: a\r\nX: \(String(repeating: "x", count: 40_000))\r\n\r\n"
            let first = try await RawConnection.exchange(port: site.port, long)
            #expect(!first.contains(" 200 "))
            let many = String(repeating: "X: y\r\n", count: 200)
            let answer = try await RawConnection.exchange(
                port: site.port, "GET /healthz HTTP/1.1\r\nHost: a\r\n\(many)\r\n")
            #expect(!answer.contains(" 200 "))
        }
    }

    @Test func `a body has a limit, and is not read from strangers`() async throws {
        try await withNetworkSite { site in
            let token = try await site.token("ci", [.read, .sync])
            let body = String(repeating: " ", count: (1 << 20) + 1)
            let json = [("content-type", "application/json")]
            #expect(try await site.send(.POST, "/v1/sync", token: token, headers: json, body: body).status == 413)
            #expect(try await site.send(.POST, "/v1/sync", headers: json, body: "{}").status == 401)
        }
    }

    @Test func `a connection on which no request arrives is closed, also while bytes trickle in`() async throws {
        var limits = APIServer.Limits()
        limits.head = .milliseconds(300)
        try await withNetworkSite(limits: limits) { site in
            let first = try await RawConnection.isClosed(port: site.port, trickling: "GET /healthz HTTP/1.1\r\nX: ")
            #expect(first)
            // Also after a request that was in order.
            let second = try await RawConnection.isClosed(
                port: site.port, trickling: "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\nGET /healthz HTTP/1.1\r\nX: ")
            #expect(second)
        }
    }

    @Test func `a stream ends when its token does`() async throws {
        try await withNetworkSite { site in
            let token = try await site.token("watcher", [.read])
            var request = HTTPClientRequest(url: site.base + "/v1/events/stream?after=0")
            request.headers.add(name: "authorization", value: "Bearer \(token)")
            let response = try await HTTPClient.shared.execute(request, timeout: .seconds(20))
            var stream = response.body.makeAsyncIterator()
            #expect(try await stream.next() == ByteBuffer(string: "\n"))
            _ = try await site.tokens.revokeToken(try #require(TokenName("watcher")), reason: "", actor: .trimtab)
            while let part = try await stream.next() { #expect(part == ByteBuffer(string: "\n")) }
        }
    }
}
