// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import AsyncHTTPClient
import BenchmarkSupport
import Foundation
import NIOCore
import NIOHTTP1
import NIOSSL

/// What pages and lists of a large fleet cost the server, asked over TLS, one request after the other.
enum UnitsBenchmark {
    private static let rounds = 20

    private static let requests: [(name: String, path: String)] = [
        ("overview", "/"), ("overview, a line a unit", "/?view=units"),
        ("overview, one state", "/?sync=Blocked&view=units"), ("overview, one health", "/?health=Unknown&view=units"),
        ("overview, one project", "/?project=project-7"), ("overview, one target", "/?target=target-3&order=name"),
        ("overview, a label", "/?label=team%3Dteam-3"),
        ("overview, two words", "/?q=app-12+target-3"), ("overview, a word that nothing has", "/?q=nonesuch"),
        ("overview, the last page by time", "/?view=units&order=synced&page=500"),
        ("targets", "/targets"), ("projects", "/projects"), ("drift", "/drift"), ("activity", "/activity"),
        ("a unit", "/units/acme/app-7/target-3"),
        ("API: first page", "/v1/units?limit=100"),
        ("API: words, a label, by time", "/v1/units?limit=100&q=app-12&label=tier%3Dprod&order=synced"),
        ("API: counts alone", "/v1/units?limit=0"),
        ("API: one unit", "/v1/status?unit=app-7%40target-3"),
    ]

    static func run(_ fleet: HubFleet) async throws {
        print("\n\(fleet.units) units: \(fleet.applications) applications on \(HubFleet.targets) targets\n")
        let all = try fleet.token("all", allow: ["read", "audit"])
        let own = try fleet.token("own", allow: ["read"], projects: ["project-7"])
        let client = HTTPClient.unverified()
        print("| request | median | longest | processor of the server | bytes |\n|---|---|---|---|---|")
        for (name, path) in requests { try await measure(name, path, all, client, fleet) }
        try await measure("overview, as one who may read one project", "/", own, client, fleet)
        try await client.shutdown()
        let sample = try ProcessSample(of: fleet.daemon.id)
        print("\nResident: \(sample.resident >> 10) MB, at the most \(sample.peak >> 10) MB.")
    }

    private static func measure(
        _ name: String, _ path: String, _ token: String, _ client: HTTPClient, _ fleet: HubFleet
    ) async throws {
        var (times, bytes): ([Duration], Int) = ([], 0)
        var before = Duration.zero
        for round in -2..<rounds {
            if round == 0 { before = try ProcessSample(of: fleet.daemon.id).processor }
            var request = HTTPClientRequest(url: "https://127.0.0.1:\(fleet.port)\(path)")
            request.headers.add(name: "authorization", value: "Bearer \(token)")
            request.headers.add(name: "accept", value: "text/html")
            let began = ContinuousClock.now
            let response = try await client.execute(request, timeout: .seconds(60))
            bytes = try await response.body.collect(upTo: 64 << 20).readableBytes
            if round >= 0 { times.append(ContinuousClock.now - began) }
            guard response.status == .ok else { throw Child.Failed(description: "\(path): \(response.status)") }
        }
        let cost = (try ProcessSample(of: fleet.daemon.id).processor - before) / rounds
        let longest = times.max() ?? .zero
        print(
            "| \(name) | \(times.median.inMilliseconds) | \(longest.inMilliseconds) | \(cost.inMilliseconds) | \(bytes) |"
        )
    }
}

extension HTTPClient {
    /// Of a server whose certificate was made for the moment.
    static func unverified() -> HTTPClient {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.certificateVerification = .none
        var configuration = HTTPClient.Configuration(tlsConfiguration: tls)
        configuration.httpVersion = .http1Only
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }
}
