// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import BenchmarkSupport
import Foundation
import Glibc
import Manifest
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// Many open streams over TLS while units change: how long after a change, by the time of its event, a reader has the
/// whole frame that tells of it.
///
/// The units change because they are paused, a hundred by one act ten times a second, on the daemon's socket: each is an
/// event in the journal, and makes the engine look at the unit again. The readers are in this process, on one event loop.
enum StreamsBenchmark {
    private static let environment = ProcessInfo.processInfo.environment
    private static let streams = environment["BENCH_STREAMS"].flatMap { Int($0) } ?? 500
    private static let seconds = environment["BENCH_SECONDS"].flatMap { Int($0) } ?? 20
    private static let changesAnAct = 100

    private struct View: Sendable {
        var name: String
        /// Of the n-th stream.
        var path: @Sendable (Int) -> String
        /// Whether the n-th stream is about an application.
        var shows: @Sendable (Int, _ application: Int) -> Bool
    }

    private static let views = [
        View(name: "pages: which units have changed, of all", path: { _ in "/live" }, shows: { _, _ in true }),
        View(
            name: "states of the units of one project of 40",
            path: { "/v1/units/stream?project=project-\($0 % HubFleet.projects)" },
            shows: { $0 % HubFleet.projects == $1 % HubFleet.projects }),
        View(name: "states of all units", path: { _ in "/v1/units/stream" }, shows: { _, _ in true }),
    ]

    static func run(_ fleet: HubFleet) async throws {
        let token = try fleet.token("streams", allow: ["read"])
        let before = try ProcessSample(of: fleet.daemon.id)
        print("\n\(streams) streams over TLS, \(fleet.units) units; resident before: \(before.resident >> 10) MB\n")
        print(
            "| what each reader is told | changes a second | median | 99 of 100 | longest | frames a second and reader | MB a second | processor of the server, of the readers | resident at the most |\n|---|---|---|---|---|---|---|---|---|"
        )
        for view in views { try await measure(view, token, fleet) }
    }

    private static func measure(_ view: View, _ token: String, _ fleet: HubFleet) async throws {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.certificateVerification = .none
        let tls = try NIOSSLContext(configuration: configuration)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let loop = group.next()
        var open: [(channel: any Channel, reader: StreamReader)] = []
        for number in 0..<streams {
            open.append(
                try await StreamReader.open(view.path(number), token: token, port: fleet.port, tls: tls, on: loop))
        }
        try await Task.sleep(for: .seconds(2))
        ProcessSample.resetPeak(of: fleet.daemon.id)
        let start = try newest(fleet)
        let began = ContinuousClock.now
        let (server, own) = (
            try ProcessSample(of: fleet.daemon.id).processor, try ProcessSample(of: getpid()).processor
        )
        try await drive(fleet)
        try await Task.sleep(for: .seconds(1))
        let spent = ContinuousClock.now - began
        let after = try ProcessSample(of: fleet.daemon.id)
        let reading = try ProcessSample(of: getpid()).processor - own
        var seen: [StreamReader.Seen] = []
        for (_, reader) in open { seen.append(try await reader.result(on: loop)) }
        for (channel, _) in open { channel.close(promise: nil) }
        try await group.shutdownGracefully()
        guard seen.allSatisfy({ $0.status == 200 }) else {
            throw Child.Failed(description: "not every stream was opened: \(Set(seen.map(\.status)))")
        }
        let changes = try changes(after: start, fleet)
        let delays = delays(seen, changes, view)
        let rate = Double(changes.count) / Double(seconds)
        let frames = Double(seen.reduce(0) { $0 + $1.frames.count }) / Double(streams) / (spent / .seconds(1))
        let megabytes = Double(seen.reduce(0) { $0 + $1.bytes }) / 1e6 / (spent / .seconds(1))
        let share = { (time: Duration) in String(format: "%.0f %%", time / spent * 100) }
        print(
            "| \(view.name) | \(Int(rate)) | \(delays.median.inMilliseconds) | \(delays.percentile(99).inMilliseconds) "
                + "| \((delays.max() ?? .zero).inMilliseconds) | \(String(format: "%.1f", frames)) "
                + "| \(String(format: "%.1f", megabytes)) | \(share(after.processor - server)), \(share(reading)) "
                + "| \(after.peak >> 10) MB |")
    }

    /// Acts at their times, whatever the last one took; one that takes long is followed by the next at once.
    private static func drive(_ fleet: HubFleet) async throws {
        let (socket, applications) = (fleet.socket, fleet.applications)
        try await NIOThreadPool.singleton.runIfActive {
            var next = 0
            let began = ContinuousClock.now
            for act in 0..<seconds * 10 {
                let units = (0..<changesAnAct).map { offset in
                    let number = (next + offset) % (applications * HubFleet.targets)
                    return "\"acme/app-\(number / HubFleet.targets)@target-\(number % HubFleet.targets)\""
                }
                next += changesAnAct
                let until = ISO8601DateFormatter().string(from: Date(timeIntervalSinceNow: 86_400))
                let answer = try socket.ask(
                    "POST", "/v1/pause",
                    body: #"{"units":{"unit":[\#(units.joined(separator: ","))]},"until":"\#(until)","reason":"b"}"#)
                guard answer.contains("paused") else { throw Child.Failed(description: answer) }
                let due = began + .milliseconds(100 * (act + 1))
                let rest = due - ContinuousClock.now
                if rest > .zero { usleep(UInt32(rest / .microseconds(1))) }
            }
        }
    }

    private struct Change {
        var sequence: UInt64
        var application: Int
        var time: Int64
    }

    private static func newest(_ fleet: HubFleet) throws -> UInt64 {
        let page = try JSON.read(Array(try fleet.socket.ask("GET", "/v1/events?limit=1").utf8))
        return UInt64(page["next"]?.intValue ?? 0)
    }

    private static func changes(after start: UInt64, _ fleet: HubFleet) throws -> [Change] {
        let format = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        var (changes, after): ([Change], UInt64) = ([], start)
        while true {
            let text = try fleet.socket.ask("GET", "/v1/events?kind=paused&after=\(after)&limit=1000")
            let page = try JSON.read(
                Array(text.utf8), budget: Budget(bytes: 1 << 26, depth: 64, nodes: 4_000_000, documents: 1))
            let events = page["events"]?.arrayValue ?? []
            for event in events {
                guard let sequence = event["id"]?["sequence"]?.intValue, let unit = event["unit"]?.stringValue,
                    let number = unit.string.split(separator: "@").first?.split(separator: "-").last.flatMap({ Int($0) }
                    ),
                    let time = event["time"]?.stringValue
                else { continue }
                let nanoseconds = try Int64(format.parse(time.string).timeIntervalSince1970 * 1e9)
                changes.append(Change(sequence: UInt64(sequence), application: number, time: nanoseconds))
            }
            after = UInt64(page["next"]?.intValue ?? 0)
            if events.isEmpty { return changes }
        }
    }

    private static func delays(_ seen: [StreamReader.Seen], _ changes: [Change], _ view: View) -> [Duration] {
        var delays: [Duration] = []
        for (number, stream) in seen.enumerated() {
            var frame = 0
            for change in changes where view.shows(number, change.application) {
                while frame < stream.frames.count, stream.frames[frame].id < change.sequence { frame += 1 }
                // What nobody told counts as the longest there is.
                let told = frame < stream.frames.count ? stream.frames[frame].time : change.time + 60_000_000_000
                delays.append(.nanoseconds(told - change.time))
            }
        }
        return delays
    }
}
