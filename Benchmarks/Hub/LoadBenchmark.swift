// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import BenchmarkSupport
import Foundation

/// Requests a second under the load tools that others use: wrk for HTTP/1.1, h2load for both.
enum LoadBenchmark {
    private static let paths = [
        ("who is there", "/healthz"), ("one unit", "/v1/status?unit=app-7%40target-3"),
        ("a page of the API's list", "/v1/units?limit=50"), ("the overview", "/"),
        ("a unit's page", "/units/acme/app-7/target-3"),
    ]

    static func run(_ fleet: HubFleet) throws {
        let token = try fleet.token("load", allow: ["read"])
        print("\n\(fleet.units) units, TLS, 32 connections; server and tool share the machine\n")
        print(
            "| request | tool | requests a second | median | 99 of 100 | not answered with 2xx |\n|---|---|---|---|---|---|"
        )
        for (name, path) in paths {
            let address = "https://127.0.0.1:\(fleet.port)\(path)"
            try wrk(name, address, token)
            try h2load(name, address, token)
        }
    }

    private static func wrk(_ name: String, _ address: String, _ token: String) throws {
        guard Child.isInstalled("wrk") else { return print("| \(name) | wrk is not installed: skipped | | | | |") }
        let text = try output([
            "wrk", "--threads", "1", "--connections", "32", "--duration", "8s", "--latency", "--header",
            "Authorization: Bearer \(token)", address,
        ])
        func word(after key: String) -> String {
            guard let range = text.range(of: key) else { return "0" }
            return text[range.upperBound...].split(whereSeparator: \.isWhitespace).first.map(String.init) ?? "0"
        }
        print(
            "| \(name) | wrk, HTTP/1.1 | \(word(after: "Requests/sec:")) | \(word(after: " 50%")) | \(word(after: " 99%")) | \(word(after: "Non-2xx or 3xx responses:")) |"
        )
    }

    /// Thirty-two connections with four requests at a time on each. It says no 99th percentile; its log does.
    private static func h2load(_ name: String, _ address: String, _ token: String) throws {
        guard Child.isInstalled("h2load") else {
            return print("| \(name) | h2load is not installed: skipped | | | | |")
        }
        let log = scratch
        defer { try? FileManager.default.removeItem(atPath: log) }
        let text = try output([
            "h2load", "--threads=1", "--clients=32", "--max-concurrent-streams=4", "--duration=8",
            "--warm-up-time=1", "--log-file=\(log)", "--header=Authorization: Bearer \(token)", address,
        ])
        let rate = text.range(of: "finished in [^,]*, ([0-9.]+) req/s", options: .regularExpression).map { range in
            text[range].split(separator: " ").dropLast().last.map(String.init) ?? "?"
        }
        // A line a request: when it began, its status, and microseconds until it was through.
        let lines = try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n").map {
            $0.split(separator: "\t")
        }
        let times = lines.compactMap { $0.count >= 3 ? Int($0[2]).map { Duration.microseconds($0) } : nil }
        let bad = lines.count { $0.count < 2 || !$0[1].hasPrefix("2") }
        print(
            "| \(name) | h2load, HTTP/2 | \(rate ?? "?") | \(times.median.inMilliseconds) | \(times.percentile(99).inMilliseconds) | \(bad) |"
        )
    }

    private static func output(_ arguments: [String]) throws -> String {
        let file = scratch
        defer { try? FileManager.default.removeItem(atPath: file) }
        _ = try Child.run(arguments, output: file)
        return try String(contentsOfFile: file, encoding: .utf8)
    }
}
