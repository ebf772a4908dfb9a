// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Glibc
import Manifest
import Model
import NIOHTTP1
import NIOPosix
import Server
import TestSupport
import Testing

/// Clients that send slowly, read slowly, or do not go when the server does.
@Suite struct SlowClientTests {
    private func eventually(_ condition: () async throws -> Bool) async throws {
        for _ in 0..<1000 {
            if try await condition() { return }
            try await Task.sleep(for: .milliseconds(10))
        }
        Issue.record("it did not come to be")
    }

    @Test func `nothing is read for a reader who does not read`() async throws {
        try await withNetworkSite { site in
            let (unit, filling) = (Sample.unit("web", "prod"), Text(String(repeating: "x", count: 200_000)))
            let token = try await site.token("slow", [.read])
            let slow = RawConnection.connect(port: site.port, receiving: 4096)
            defer { close(slow) }
            // 40 MB to tell, far more than all buffers on the way hold.
            for _ in 0..<200 { await site.twin.append(.paused, unit: unit, payload: ["reason": .string(filling)]) }
            RawConnection.write(
                slow,
                "GET /v1/events/stream?after=0&limit=10 HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer \(token)\r\n\r\n")
            var (before, rests) = (-1, 0)
            try await eventually {
                let now = await site.twin.questions
                rests = now == before && now > 0 ? rests + 1 : 0
                before = now
                return rests > 20
            }
            #expect(await site.twin.questions < 15, "of twenty pages")
            // Others are served meanwhile.
            let other = try await site.send(.GET, "/v1/status?unit=acme/ledger@prod", token: token)
            #expect(other.status == 200)
        }
    }

    @Test func `a reader who was slow is told the newest, not all that was`() async throws {
        try await withNetworkSite { site in
            let unit = Sample.unit("web", "prod")
            await site.twin.setReason(Text(String(repeating: "x", count: 2_000_000)), of: unit)
            let token = try await site.token("slow", [.read])
            let slow = RawConnection.connect(port: site.port, receiving: 4096)
            defer { close(slow) }
            RawConnection.write(
                slow, "GET /v1/units/stream HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer \(token)\r\n\r\n")
            // Others are told of each; they are here to have the frames made.
            for _ in 0..<25 {
                try await Task.sleep(for: .milliseconds(120))
                await site.twin.append(.paused, unit: unit)
            }
            let frames = try await RawConnection.count("event: units", on: slow, until: "id: 25\nevent: units")
            #expect((1..<15).contains(frames), "\(frames) frames of 2 MB")
        }
    }

    @Test func `a body that does not come is not waited for`() async throws {
        var limits = APIServer.Limits()
        limits.body = .milliseconds(200)
        try await withNetworkSite(pages: PlainPages(), limits: limits) { site in
            let token = try await site.token("slow", [.read, .sync])
            for request in [
                "POST /v1/sync HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer \(token)\r\nContent-Type: application/json",
                "POST /sign-in/token HTTP/1.1\r\nHost: a\r\nOrigin: http://a\r\nSec-Fetch-Site: same-origin\r\n"
                    + "Content-Type: application/x-www-form-urlencoded",
            ] {
                let answer = try await RawConnection.exchange(
                    port: site.port, "\(request)\r\nContent-Length: 100\r\n\r\n{", until: { $0.contains("error") })
                #expect(answer.hasPrefix("HTTP/1.1 504"), "\(answer.prefix(60))")
            }
            #expect(await site.twin.acts.isEmpty)
        }
    }

    @Test func `connections beyond the limit wait, and are served when others end`() async throws {
        var limits = APIServer.Limits()
        limits.connections = 2
        limits.head = .milliseconds(300)
        try await withNetworkSite(limits: limits) { site in
            let idle = (0..<8).map { _ in RawConnection.connect(port: site.port, receiving: 4096) }
            defer { for socket in idle { close(socket) } }
            // Those that say nothing are closed, and let the next ones in.
            let answer = try await site.send(.GET, "/healthz")
            #expect(answer.status == 200)
        }
    }
}
