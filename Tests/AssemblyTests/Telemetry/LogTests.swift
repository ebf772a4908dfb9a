// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Commands
import Foundation
import Logging
import Manifest
import Model
import Synchronization
import Telemetry
import TestSupport
import Testing

@testable import Assembly

@Suite struct LogTests {
    private final class Lines: Sendable {
        private let lines = Mutex<[String]>([])
        var output: LogOutput {
            LogOutput { line in self.lines.withLock { $0.append(String(decoding: line, as: UTF8.self)) } }
        }
        var all: [String] { lines.withLock(\.self) }
    }

    private func event(_ draft: EventDraft) -> Event {
        Event(
            id: EventID(writer: "test", incarnation: 1, sequence: 17), time: Time(nanoseconds: 0), draft: draft)
    }

    private func request(_ format: DaemonRequest.LogFormat, _ level: DaemonRequest.LogLevel) -> DaemonRequest {
        DaemonRequest(engine: EngineRequest(state: "/"), logFormat: format, logLevel: level)
    }

    @Test func `an event is logged in the words of the log, with its number, unit and actor`() throws {
        let lines = Lines()
        let log = EventLog(log: Logger(request(.json, .info), output: lines.output))
        let paused = Paused(until: Time(nanoseconds: 0), reason: "lunch")
        log.recorded([
            event(paused.draft(of: unit("web"), by: Actor("user:alice"))),
            event(Intent(wave: 1, changes: [:]).draft(of: unit("web"))),
        ])
        let line = try #require(lines.all.first)
        #expect(lines.all.count == 1, "an intent is a detail")
        let value = try JSON.read(Array(line.utf8.dropLast()))
        #expect(value["level"] == "info")
        #expect(value["message"] == "paused: until 1970-01-01T00:00:00.000Z: lunch")
        #expect(value["metadata"]?["actor"] == "user:alice")
        #expect(value["metadata"]?["event"] == "17")
        #expect(value["metadata"]?["unit"]?.stringValue?.string == "\(unit("web"))")
    }

    @Test(arguments: DaemonRequest.LogFormat.allCases)
    func `a level leaves out what is below it`(format: DaemonRequest.LogFormat) {
        let lines = Lines()
        let logger = Logger(request(format, .warning), output: lines.output)
        logger.info("no")
        logger.warning("yes")
        #expect(lines.all.count == 1)
        #expect(lines.all.first?.contains("yes") == true)
    }

    @Test func `a part of the daemon may have a level of its own`() throws {
        let lines = Lines()
        var request = request(.json, .warning)
        request.roomLevels = [.notifications: .debug, .server: .error]
        Logger(request, .notifications, output: lines.output).debug("told")
        Logger(request, .server, output: lines.output).warning("no")
        Logger(request, .traces, output: lines.output).info("no")
        Logger(request, output: lines.output).warning("as a whole")
        let values = try lines.all.map { try JSON.read(Array($0.utf8.dropLast())) }
        #expect(values.map { $0["logger"]?.stringValue } == ["notifications", "trimtab"])
    }

    @Test func `what is recorded of a part of the daemon has that part's level and name`() throws {
        let lines = Lines()
        var request = request(.json, .info)
        request.roomLevels = [.journal: .error, .targets: .debug, .sources: .warning]
        let log = EventLog(request, output: lines.output)
        let kinds: [EventKind] = [.commitSeen, .rendered, .syncEnded, .healthChanged, .drifted, .signedIn]
        log.recorded(kinds.map { event(EventDraft(kind: $0, payload: .null)) })
        let values = try lines.all.map { try JSON.read(Array($0.utf8.dropLast())) }
        #expect(values.allSatisfy { $0["logger"] == "targets" } && values.count == 2, "\(lines.all)")
        request.roomLevels = [:]
        let all = Lines()
        EventLog(request, output: all.output).recorded(
            EventKind.allCases.map { kind in
                event(EventDraft(kind: kind, payload: .null))
            })
        let loggers = try Set(all.all.map { try JSON.read(Array($0.utf8.dropLast()))["logger"]?.stringValue })
        let parts = DaemonRequest.LogRoom.allCases.filter { $0.whole == .journal || $0 == .journal }
        #expect(loggers.isSubset(of: Set(parts.map { Text($0.rawValue) })) && loggers.count >= 6, "\(loggers)")
    }

    @Test func `the page on logs names every part`() throws {
        let page = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../docs/metrics.md")
        let text = try String(contentsOf: page, encoding: .utf8)
        let log = try #require(text.split(separator: "## Logs\n").last)
        let named = log.matches(of: /\n\| `([a-z]+)` \|/).map { String($0.output.1) }
        #expect(named == DaemonRequest.LogRoom.allCases.map(\.rawValue))
    }

    @Test(arguments: DaemonRequest.LogFormat.allCases)
    func `a secret that is logged by mistake does not show`(format: DaemonRequest.LogFormat) {
        let lines = Lines()
        let canary = "canary-5f1c"
        let secret = Secret(canary)
        let logger = Logger(request(format, .debug), output: lines.output)
        logger.info(
            "a \(secret)", metadata: ["secret": "\(secret)", "more": ["\(secret)", .stringConvertible("\(secret)")]])
        #expect(lines.all.count == 1)
        #expect(!lines.all.joined().contains(canary))
    }

    @Test(arguments: EventKind.allCases)
    func `every kind has a level, with and without its payload`(kind: EventKind) {
        let level = EventLog.level(of: event(EventDraft(kind: kind, payload: .null)))
        #expect(level >= .debug)
    }
}
