// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Glibc
import Manifest
import Model
import NIOHTTP1
import Server
import SignIn
import TestSupport
import Testing
import Webhooks

/// Bodies of those whom nobody knows yet: what they may cost, and whom they may hold up.
@Suite struct StrangerBodyTests {
    enum Kind: CaseIterable {
        case form, hook

        var head: String {
            switch self {
            case .form:
                "POST /sign-in/token HTTP/1.1\r\nHost: a\r\nOrigin: http://a\r\nSec-Fetch-Site: same-origin\r\n"
                    + "Content-Type: application/x-www-form-urlencoded\r\n"
            case .hook: "POST /v1/hooks/forge HTTP/1.1\r\nHost: a\r\n"
            }
        }

        var slow: String { "\(head)Content-Length: 100\r\n\r\nt" }

        func whole(_ body: String) -> String { "\(head)Content-Length: \(body.utf8.count)\r\n\r\n\(body)" }
    }

    private func site(
        within patience: Duration, _ body: @escaping @Sendable (NetworkSite) async throws -> Void
    ) async throws {
        var limits = APIServer.Limits()
        (limits.body, limits.hookBody) = (patience, patience)
        let desk = HookDesk(clocks: .system, hooks: { [:] }) { _, _ in false }
        try await withNetworkSite(pages: PlainPages(), hooks: desk, limits: limits, body)
    }

    /// The status that a request comes to.
    private func status(_ site: NetworkSite, from source: String = "127.0.0.1", _ request: String) async throws -> Int {
        let answer = try await RawConnection.exchange(
            port: site.port, from: source, request, until: { $0.contains("\r\n\r\n") })
        return Int(answer.dropFirst("HTTP/1.1 ".count).prefix(3)) ?? 0
    }

    @Test func `no form is read of an address that has to wait, and none that is too long`() async throws {
        try await site(within: .milliseconds(200)) { site in
            let long = "token=" + String(repeating: "x", count: 5000)
            let refused = try await status(site, Kind.form.whole(long))
            #expect(refused == 413)
            for _ in 0..<Attempts.limit { _ = try await site.post("/sign-in/token", "token=wrong") }
            let next = try await status(site, Kind.form.slow)
            #expect(next == 429)
        }
    }

    @Test(arguments: Kind.allCases)
    func `one address cannot take the places of all others`(kind: Kind) async throws {
        try await site(within: .seconds(60)) { site in
            let token = try await site.token("person", [.read])
            let request = kind.whole(kind == .form ? "token=\(token)" : "{}")
            let slow = (0..<40).map { _ in
                RawConnection.connect(port: site.port, from: "127.0.0.2", receiving: 4096)
            }
            defer { for socket in slow { close(socket) } }
            for socket in slow { RawConnection.write(socket, kind.slow) }
            var its = 0
            for _ in 0..<200 where its != 503 {
                its = try await status(site, from: "127.0.0.2", request)
                try await Task.sleep(for: .milliseconds(10))
            }
            #expect(its == 503, "too many of its own come at once")
            // It was read.
            let others = try await status(site, request)
            #expect(others == (kind == .form ? 303 : 401))
        }
    }

    @Test func `an address with too many unsigned webhooks has one place`() async throws {
        try await site(within: .seconds(60)) { site in
            let request = Kind.hook.whole("{}")
            for _ in 0..<Attempts.limit { _ = try await status(site, from: "127.0.0.2", request) }
            // It is read still, since the next one may be signed.
            let next = try await status(site, from: "127.0.0.2", request)
            #expect(next == 429)
            let slow = RawConnection.connect(port: site.port, from: "127.0.0.2", receiving: 4096)
            defer { close(slow) }
            RawConnection.write(slow, Kind.hook.slow)
            var its = 0
            for _ in 0..<200 where its != 503 {
                its = try await status(site, from: "127.0.0.2", request)
                try await Task.sleep(for: .milliseconds(10))
            }
            #expect(its == 503)
        }
    }

    @Test(arguments: Kind.allCases)
    func `a body that does not come counts as one that failed`(kind: Kind) async throws {
        try await site(within: .milliseconds(50)) { site in
            for _ in 0..<Attempts.limit {
                let slow = try await status(site, kind.slow)
                #expect(slow == 504)
            }
            let next = try await status(site, kind.whole("token=wrong"))
            #expect(next == 429)
        }
    }
}
