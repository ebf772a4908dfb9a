// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Glibc
import Manifest
import Model
import NIOHTTP1
import SignIn
import TestSupport
import Testing

@testable import Server

/// Where a request comes from that proxies hand on: what they say counts as far as they are trusted.
@Suite struct ForwardingTests {
    private func client(_ lists: [String], from peer: Text, trusting proxies: [Text]) throws -> Text {
        let forwarding = Forwarding(
            proxies: try proxies.map { text throws(APIError) in try AddressRange(parsing: text) })
        return forwarding.client(named: lists, from: try #require(IPAddress(peer))).network
    }

    @Test(
        arguments: [
            // One proxy: it has added whom it was asked by; what stands before is the client's own invention.
            (["203.0.113.9"], "203.0.113.9"), (["198.51.100.1, 203.0.113.9"], "203.0.113.9"),
            (["127.0.0.1, 203.0.113.9"], "203.0.113.9"), (["10.0.0.1,203.0.113.9"], "203.0.113.9"),
            (["198.51.100.1", "203.0.113.9"], "203.0.113.9"),
            // Two that are trusted, and three.
            (["203.0.113.9, 10.1.2.3"], "203.0.113.9"),
            (["198.51.100.1, 203.0.113.9, 10.1.2.3, 10.0.0.2"], "203.0.113.9"),
            // Who is a proxy of ours all the way.
            (["10.1.2.3"], "10.1.2.3"), (["10.9.9.9, 10.1.2.3"], "10.9.9.9"),
            // As some write it.
            (["203.0.113.9:4711"], "203.0.113.9"), (["[2001:db8:1:2::7]:443"], "20010db800010002::/64"),
            (["[2001:db8:1:2::7]"], "20010db800010002::/64"), (["2001:db8:1:2::7"], "20010db800010002::/64"),
            (["::ffff:203.0.113.9"], "203.0.113.9"), ([" \t203.0.113.9 "], "203.0.113.9"),
            // What is no address leads no further: the proxy that handed it on is counted.
            ([], "10.0.0.1"), ([""], "10.0.0.1"), (["unknown"], "10.0.0.1"), (["203.0.113.9, "], "10.0.0.1"),
            (["203.0.113.9,,"], "10.0.0.1"), (["203.0.113.9, evil"], "10.0.0.1"),
            (["203.0.113.9, x, 10.1.2.3"], "10.1.2.3"),
            (["203.0.113.009"], "10.0.0.1"), (["3405803785"], "10.0.0.1"), (["0xCB007109"], "10.0.0.1"),
            (["203.0.113.9%eth0"], "10.0.0.1"), (["fe80::1%eth0"], "10.0.0.1"), (["\"203.0.113.9\""], "10.0.0.1"),
            (["203.0.113.9\0.evil"], "10.0.0.1"), (["203.0.113.9;203.0.113.8"], "10.0.0.1"), (["_hidden"], "10.0.0.1"),
            (["203.0.113.9:99999"], "10.0.0.1"), (["for=203.0.113.9"], "10.0.0.1"),
        ] as [([String], Text)])
    func `the last address that is no trusted proxy's is the client's`(lists: [String], expected: Text) throws {
        #expect(try client(lists, from: "10.0.0.1", trusting: ["10.0.0.0/8"]) == expected)
    }

    @Test func `nobody is believed who is not named`() throws {
        let lists = ["203.0.113.9, 10.1.2.3"]
        #expect(try client(lists, from: "192.0.2.1", trusting: ["10.0.0.0/8"]) == "192.0.2.1")
        #expect(try client(lists, from: "10.0.0.1", trusting: []) == "10.0.0.1")
        #expect(try client(lists, from: "10.0.0.2", trusting: ["10.0.0.1"]) == "10.0.0.2")
        #expect(try client(lists, from: "10.0.0.1", trusting: ["10.0.0.1"]) == "10.1.2.3")
        // One family says nothing of the other.
        #expect(try client(lists, from: "a00::1", trusting: ["10.0.0.0/8"]) == "0a00000000000000::/64")
    }

    @Test(
        arguments: [
            "10.0.0.1/8", "10.0.0.0/0", "0.0.0.0/0", "::/0", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/ 8", "10.0.0.0/+8",
            "10.0.0.0/8/8", "/8", "", "proxy.example.org", "10.0.0", "2001:db8::1/32", "::ffff:10.0.0.0/104",
            "10.0.0.0/255.0.0.0", "10.0.0.0/08888888",
        ] as [Text])
    func `a network is named exactly`(text: Text) {
        #expect(throws: APIError.self) { try AddressRange(parsing: text) }
    }

    @Test func `a network has the addresses that begin as it does`() throws {
        for (range, inside, outside) in [
            ("10.0.0.0/8", "10.255.255.255", "11.0.0.0"), ("192.0.2.7", "192.0.2.7", "192.0.2.6"),
            ("192.0.2.128/25", "192.0.2.255", "192.0.2.127"), ("2001:db8::/33", "2001:db8:7fff::1", "2001:db8:8000::1"),
            ("::1", "::1", "::2"), ("::ffff:10.0.0.1", "10.0.0.1", "10.0.0.2"),
        ] as [(Text, Text, Text)] {
            let parsed = try AddressRange(parsing: range)
            #expect(parsed.contains(try #require(IPAddress(inside))), "\(range)")
            #expect(!parsed.contains(try #require(IPAddress(outside))), "\(range)")
        }
    }

    private func guess(_ site: NetworkSite, as client: String) async throws -> Int {
        try await site.send(
            .GET, "/v1/status", token: "trimtab_ci_" + String(repeating: "0", count: 64),
            headers: [("x-forwarded-for", client)]
        ).status
    }

    @Test func `behind a trusted proxy those who guess wait, and their neighbours do not`() async throws {
        try await withNetworkSite(proxies: AddressRange.loopback) { site in
            for number in 0..<30 {
                // Whatever somebody writes before what the proxy adds.
                _ = try await guess(site, as: "198.51.100.\(number), 203.0.113.9")
            }
            #expect(try await guess(site, as: "203.0.113.9") == 429)
            #expect(try await guess(site, as: "203.0.113.8") == 401)
        }
    }

    @Test func `without being told of a proxy what it says frees nobody, and blames nobody`() async throws {
        try await withNetworkSite { site in
            for number in 0..<30 { _ = try await guess(site, as: "203.0.113.\(number)") }
            #expect(try await guess(site, as: "203.0.113.200") == 429)
        }
    }

    @Test func `what else proxies say changes nothing of a request`() async throws {
        try await withNetworkSite(pages: PlainPages(), proxies: AddressRange.loopback) { site in
            let token = try await site.token("ledger", [.read], projects: ["ledger"])
            for (name, value) in [
                ("x-original-url", "/healthz"), ("x-rewrite-url", "/healthz"), ("x-forwarded-path", "/healthz"),
                ("x-forwarded-prefix", "/healthz"), ("x-forwarded-user", "admin"), ("x-remote-user", "admin"),
                ("x-http-method-override", "POST"), ("x-forwarded-method", "POST"),
                ("x-forwarded-host", "evil.example"),
                ("x-forwarded-proto", "https"), ("forwarded", "for=203.0.113.9;host=evil.example;proto=https"),
            ] {
                let stranger = try await site.send(.GET, "/v1/status", headers: [(name, value)])
                #expect(stranger.status == 401, "\(name)")
                let answer = try await site.send(.GET, "/v1/roles", token: token, headers: [(name, value)])
                #expect(answer.status == 403, "\(name)")
                let page = try await site.send(.GET, "/go", headers: [(name, value), ("accept", "text/html")])
                #expect(page.headers["location"].allSatisfy { !$0.contains("evil") }, "\(name)")
            }
        }
    }

    @Test func `a path that only a proxy takes for another one is answered as it came`() async throws {
        try await withNetworkSite(pages: PlainPages(), proxies: AddressRange.loopback) { site in
            for path in [
                "/healthz/../v1/status", "/healthz/%2e%2e/v1/status", "/healthz;/../v1/status", "//v1/status",
                "/v1/%73tatus", "/healthz%2f..%2fv1%2fstatus", "/./v1/status", "/V1/status",
            ] {
                let answer = try await RawConnection.exchange(
                    port: site.port, "GET \(path) HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 127.0.0.1\r\n\r\n",
                    until: { $0.contains("\r\n\r\n") })
                #expect(answer.hasPrefix("HTTP/1.1 401"), "\(path): \(answer.prefix(40))")
            }
        }
    }
}

/// Connections of one address do not take the places of all others.
@Suite struct ConnectionCountTests {
    @Test func `each address has so many, each network of IPv6 too, and some are not counted`() throws {
        let count = ConnectionCount(limit: 2, except: AddressRange.loopback)
        let (one, other) = (try #require(IPAddress("192.0.2.1")), try #require(IPAddress("192.0.2.2")))
        let place = try #require(try count.enter(one))
        _ = try count.enter(one)
        #expect(throws: ConnectionCount.Full.self) { try count.enter(one) }
        #expect(throws: ConnectionCount.Full.self) { try count.enter(try #require(IPAddress("::ffff:192.0.2.1"))) }
        #expect(try count.enter(other) != nil)
        count.leave(place)
        #expect(try count.enter(one) != nil)
        for host in 1...2 { _ = try count.enter(try #require(IPAddress("2001:db8::\(host)"))) }
        #expect(throws: ConnectionCount.Full.self) { try count.enter(try #require(IPAddress("2001:db8::9"))) }
        for _ in 0..<5 { #expect(try count.enter(try #require(IPAddress("127.0.0.1"))) == nil) }
    }

    @Test func `who has too many connections is turned away, and others are not`() async throws {
        var limits = APIServer.Limits()
        limits.connectionsOfOne = 3
        limits.uncounted = []
        try await withNetworkSite(limits: limits) { site in
            let held = (0..<3).map { _ in RawConnection.connect(port: site.port, from: "127.0.0.2", receiving: 4096) }
            let health = "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"
            // Whoever is served is counted by then.
            for socket in held {
                RawConnection.write(socket, health)
                _ = try await RawConnection.count("ok", on: socket, until: "ok\n")
            }
            let isEnough: @Sendable (String) -> Bool = { $0.contains("ok\n") }
            let fourth = try await RawConnection.exchange(port: site.port, from: "127.0.0.2", health, until: isEnough)
            #expect(fourth.isEmpty)
            let other = try await RawConnection.exchange(port: site.port, health, until: isEnough)
            #expect(other.hasPrefix("HTTP/1.1 200"))
            for socket in held { close(socket) }
            var again = ""
            for _ in 0..<500 where again.isEmpty {
                try await Task.sleep(for: .milliseconds(10))
                again = try await RawConnection.exchange(port: site.port, from: "127.0.0.2", health, until: isEnough)
            }
            #expect(again.hasPrefix("HTTP/1.1 200"))
        }
    }
}
