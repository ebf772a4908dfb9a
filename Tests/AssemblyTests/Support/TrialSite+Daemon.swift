// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Assembly
import AsyncHTTPClient
import Commands
import Foundation
import Manifest
import Model
import NIOCore

extension TrialSite {
    var socket: String { state + "/trimtab.sock" }

    /// Runs the daemon in this process while `body` runs.
    /// - Parameter fleet: an address; `nil` for the fleet's folder.
    func withDaemon(
        fleet: String? = nil, trust: String? = nil, listen: DaemonRequest.Listen? = nil,
        _ body: @escaping @Sendable () async throws -> Void
    ) async throws {
        let request = DaemonRequest(
            engine: EngineRequest(
                state: Text(state), fleet: Text(fleet ?? folder.path + "/fleet"), trust: trust.map { Text($0) }),
            listen: listen, logFormat: .json, logLevel: .error)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                // A child that another test is just starting holds this process' files, and so the lock, for a moment.
                for _ in 0..<100 {
                    do {
                        return try await Parts.live.runDaemon(request)
                    } catch is CancellationError {
                        return
                    } catch let error as APIError where error.code == .locked {
                        try await Task.sleep(for: .milliseconds(50))
                    }
                }
            }
            group.addTask {
                // It is moved there when it can be connected to.
                while !FileManager.default.fileExists(atPath: socket) { try await Task.sleep(for: .milliseconds(5)) }
                try await body()
            }
            try await group.next()
            group.cancelAll()
        }
    }

    /// Returns once it is so; a test's own limit of time ends a wait that has no end. Where the machine is busy it asks
    /// less often, so that those who wait do not keep what they wait for from happening.
    func wait(_ isTrue: @Sendable () async throws -> Bool) async throws {
        while true {
            let asked = ContinuousClock.now
            if try await isTrue() { return }
            try await Task.sleep(for: max(.milliseconds(50), min(.seconds(1), asked.duration(to: .now) * 4)))
        }
    }

    func get(_ path: String) async throws -> String {
        guard let url = URL(httpURLWithSocketPath: socket, uri: path) else { return "" }
        let client = HTTPClient(eventLoopGroupProvider: .singleton)
        do {
            let response = try await client.execute(HTTPClientRequest(url: url.absoluteString), timeout: .seconds(60))
            let body = try await response.body.collect(upTo: 1 << 20)
            try await client.shutdown()
            return String(buffer: body)
        } catch {
            try? await client.shutdown()
            throw error
        }
    }

    /// The first event of a kind after another one, once it is there.
    func next(_ kind: EventKind, after sequence: UInt64) async throws -> Event {
        try await withOperations { engine in
            var filter = EventFilter(kinds: [kind], start: .after(sequence), wait: EventFilter.longestWait)
            while true {
                let page = try await engine.events(filter)
                if let first = page.events.first { return first.event }
                filter.start = .after(page.next)
            }
        }
    }

    /// Talks to the daemon as the command line does.
    func withOperations<Result: Sendable>(
        _ body: @escaping @Sendable (any Operations) async throws -> Result
    ) async throws -> Result {
        try await HTTPOperations.with(Endpoint.daemon(ofState: Text(state))) { try await body($0) }
    }

    /// How many renders ended so, by the running daemon's metrics: `done`, `reused`, `failed`.
    func renders(_ result: String) async throws -> Int {
        try await figure("trimtab_renders_total{result=\"\(result)\"}")
    }

    /// A sample of the running daemon's metrics; 0 for one that is not there yet.
    func figure(_ sample: String) async throws -> Int {
        let line = try await get("/metrics").split(separator: "\n").first { $0.hasPrefix(sample + " ") }
        return line?.split(separator: " ").last.flatMap { Int($0) } ?? 0
    }
}
