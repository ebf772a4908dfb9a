// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import Manifest
import Model
import NIOHTTP1
import Server
import TestSupport
import Testing

/// Requests that mean one thing to whoever stands in front of this server and another to it; paths and hosts that are
/// written in more than one way.
@Suite struct SmugglingTests {
    /// Each carries a second request inside, which must never be answered.
    private static let inside = "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"
    private static let bodies: [String] = [
        "Content-Length: 4\r\nContent-Length: 0", "Content-Length: 0, 4", "Content-Length: +0", "Content-Length: -1",
        "Content-Length: 0x0", "Content-Length: 0 0", "Content-Length: 18446744073709551616",
        "Content-Length: 4\r\nTransfer-Encoding: chunked", "Transfer-Encoding: chunked\r\nContent-Length: 4",
        "Transfer-Encoding: identity", "Transfer-Encoding: chunked, identity", "Transfer-Encoding: xchunked",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", "Transfer-Encoding:\u{B}chunked",
        "Transfer-Encoding : chunked", "Transfer-Encoding: \u{0}chunked", "X: y\r\n Transfer-Encoding: chunked",
        "X: y\u{0}Transfer-Encoding: chunked", "X: y\rTransfer-Encoding: chunked",
    ]

    @Test(arguments: bodies) func `a body whose end is in doubt ends the connection`(headers: String) async throws {
        try await withNetworkSite { site in
            for tail in ["", "0\r\n\r\n"] {
                let answer = try await RawConnection.exchange(
                    port: site.port, "POST /v1/sync HTTP/1.1\r\nHost: a\r\n\(headers)\r\n\r\n\(tail)\(Self.inside)")
                #expect(!answer.contains("200 OK"), "\(headers): \(answer)")
            }
            #expect(await site.twin.acts.isEmpty)
        }
    }

    @Test(arguments: [
        "z\r\n\r\n", "-1\r\n\r\n", "0x5\r\nabcde\r\n0\r\n\r\n", "5 \r\nabcde\r\n0\r\n\r\nX", "FFFFFFFFFFFFFFFFF\r\nabc",
        "5\r\nabcdefg\r\n0\r\n\r\n",
    ])
    func `chunks that are none end the connection`(chunks: String) async throws {
        try await withNetworkSite { site in
            let token = try await site.token("ci", [.read, .sync])
            let answer = try await RawConnection.exchange(
                port: site.port,
                "POST /v1/sync HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer \(token)\r\nContent-Type: application/json\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\n\(chunks)\(Self.inside)")
            #expect(!answer.contains("200 OK"), "\(chunks): \(answer)")
            #expect(await site.twin.acts.isEmpty)
        }
    }

    @Test(arguments: [
        "/v1/%73tatus", "/v1/./status", "/v1/x/../status", "/v1/%2e%2e/v1/status", "/v1/%252e%252e/status",
        "//v1/status", "/v1//status", "/v1/status/", "/v1/status%00", "/v1/status%2f", "/v1\\status", "/V1/status",
        "/v1/status;x", "/v1/status.json", "/%76%31/status", "/assets/..%2f..%2fetc/passwd", "/assets/../v1/status",
        "/healthz/../v1/status", "/healthz%2f..%2fv1/status", "/sign-in/../v1/status", "/metrics/",
    ])
    func `there is one way to write a path`(path: String) async throws {
        try await withNetworkSite(pages: PlainPages()) { site in
            // Nobody gets in by writing it otherwise, and those who are in get nothing by it.
            let stranger = try await RawConnection.exchange(
                port: site.port, "GET \(path) HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            #expect(!stranger.contains("200 OK") && !stranger.contains("acme"), "\(stranger)")
            let token = try await site.token("ci", [.read])
            let known = try await RawConnection.exchange(
                port: site.port,
                "GET \(path) HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer \(token)\r\nConnection: close\r\n\r\n")
            #expect(!known.contains("200 OK") && !known.contains("\"units\""), "\(known)")
        }
    }

    @Test func `whoever asks by another method or form gets no more`() async throws {
        try await withNetworkSite(pages: PlainPages()) { site in
            for line in [
                "CONNECT a:443 HTTP/1.1", "TRACE / HTTP/1.1", "OPTIONS * HTTP/1.1", "PRI * HTTP/2.0", "GET / HTTP/0.9",
                "GET /v1/status", "GET /v1/status HTTP/3.0", "GET http://evil.example/v1/status HTTP/1.1",
                "GET https://localhost/v1/status HTTP/1.1", "GET v1/status HTTP/1.1", "GET ?a HTTP/1.1",
                "get /v1/status HTTP/1.1",
            ] {
                let answer = try await RawConnection.exchange(
                    port: site.port, "\(line)\r\nHost: a\r\nConnection: close\r\n\r\n")
                #expect(!answer.contains("200 OK") && !answer.contains("acme"), "\(line): \(answer)")
            }
        }
    }

    @Test func `the host of a request makes no link and opens no act`() async throws {
        try await withNetworkSite(pages: PlainPages()) { site in
            let answer = try await RawConnection.exchange(
                port: site.port,
                "GET / HTTP/1.1\r\nHost: evil.example\r\nAccept: text/html\r\nX-Forwarded-Host: evil.example\r\n"
                    + "Forwarded: host=evil.example\r\nConnection: close\r\n\r\n")
            #expect(answer.contains("303") && !answer.contains("evil"), "\(answer)")
            let two = try await RawConnection.exchange(
                port: site.port, "GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n")
            #expect(two.hasPrefix("HTTP/1.1 400"), "\(two)")
        }
    }

    @Test func `what a path or a query says comes back in no header`() async throws {
        try await withNetworkSite(pages: PlainPages()) { site in
            for path in [
                "/x%0d%0aset-cookie:%20a=b", "/?next=%0d%0aset-cookie:%20a=b", "/sign-in?next=%0d%0aset-cookie:%20a=b",
            ] {
                let answer = try await RawConnection.exchange(
                    port: site.port, "GET \(path) HTTP/1.1\r\nHost: a\r\nAccept: text/html\r\nConnection: close\r\n\r\n"
                )
                let head = answer.components(separatedBy: "\r\n\r\n").first ?? ""
                #expect(!head.lowercased().contains("\r\nset-cookie"), "\(path): \(head)")
            }
        }
    }
}
