// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Logging
import Manifest
import Model
import Synchronization
import Telemetry
import Testing

@Suite struct LogHandlerTests {
    private final class Lines: Sendable {
        private let lines = Mutex<[String]>([])
        var output: LogOutput {
            LogOutput { line in self.lines.withLock { $0.append(String(decoding: line, as: UTF8.self)) } }
        }
        var all: [String] { lines.withLock { $0 } }
    }

    private static let clock: @Sendable () -> Time = { Time(nanoseconds: 1_700_000_000_123_000_000) }

    private struct Broken: Error, CustomStringConvertible { let description = "the disk is\nfull" }

    @Test("A JSON record is one line, with ordered metadata and everything escaped") func json() {
        let lines = Lines()
        var logger = Logger(label: "engine") { JSONLogHandler(label: $0, output: lines.output, clock: Self.clock) }
        logger[metadataKey: "unit"] = "acme/web@prod"
        logger.info(
            "two\nlines \"quoted\" \u{1b}[31m",
            metadata: ["b": ["x", "y"], "a": ["z": "1", "k": "2"], "unit": "other"])
        logger.debug("not shown")
        #expect(
            lines.all == [
                #"{"time":"2023-11-14T22:13:20.123Z","level":"info","logger":"engine","#
                    + #""message":"two\nlines \"quoted\" \u001b[31m","#
                    + #""metadata":{"a":{"k":"2","z":"1"},"b":["x","y"],"unit":"other"}}"# + "\n"
            ])
    }

    @Test("Every JSON line reads back as JSON, whatever was logged") func readsBack() throws {
        let lines = Lines()
        let logger = Logger(label: "x\u{0}") { JSONLogHandler(label: $0, output: lines.output, clock: Self.clock) }
        let hostile = String(String.UnicodeScalarView((0..<0x300).compactMap { Unicode.Scalar($0 as UInt32) }))
        logger.error("\(hostile)", metadata: ["\(hostile)": "\(hostile)"])
        let line = try #require(lines.all.first)
        #expect(line.utf8.filter { $0 < 0x20 } == [10])
        let value = try JSON.read(Array(line.utf8.dropLast()))
        #expect(value["message"]?.stringValue == Text(hostile))
    }

    @Test("A line for people shows control characters, and never obeys them") func terminal() {
        let lines = Lines()
        var logger = Logger(label: "engine") { TerminalLogHandler(label: $0, output: lines.output, clock: Self.clock) }
        logger[metadataKey: "unit"] = "acme/web@prod"
        logger.warning(
            "evil \u{1b}[2J\nsecond\u{202E}line", metadata: ["why": "it is \"so\"", "list": ["a"], "none": ""])
        #expect(
            lines.all == [
                "22:13:20.123 warning  engine: evil \\u{1b}[2J\\u{a}second\\u{202e}line "
                    + "list=[\"a\"] none=\"\" unit=acme/web@prod why=\"it is \\\"so\\\"\"\n"
            ])
    }

    @Test("Errors and colours are shown where they belong") func colours() {
        let lines = Lines()
        let logger = Logger(label: "e") {
            TerminalLogHandler(label: $0, isColored: true, output: lines.output, clock: Self.clock)
        }
        logger.error("no", error: Broken())
        #expect(lines.all == ["22:13:20.123 \u{1b}[31merror   \u{1b}[0m e: no error=\"the disk is\\u{a}full\"\n"])
    }
}
