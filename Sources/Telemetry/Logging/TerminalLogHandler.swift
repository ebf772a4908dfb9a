// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Logging
import Manifest
package import Model

/// Logs for people: `09:30:00.123 info  engine: synced unit=acme/web@prod`.
///
/// What was logged cannot move the cursor, change colours or begin a line of its own: control characters are shown
/// as `\u{1b}`.
package struct TerminalLogHandler: LogHandler {
    package var logLevel: Logger.Level
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?
    private let label: String
    private let isColored: Bool
    private let output: LogOutput
    private let clock: @Sendable () -> Time

    package init(
        label: String, level: Logger.Level = .info, isColored: Bool = false, output: LogOutput = .standardError,
        clock: @escaping @Sendable () -> Time
    ) {
        self.label = label
        logLevel = level
        self.isColored = isColored
        self.output = output
        self.clock = clock
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        // The time of day; the date is for files.
        var line = String(clock().description.dropFirst(11).prefix(12)) + " "
        line += colored(event.level.rawValue.padded(to: 8), event.level)
        line += " \(Self.plain(label)): \(Self.plain(event.message.description))"
        for (key, value) in LogFields(event, metadata: metadata, provider: metadataProvider).pairs {
            line += " \(Self.plain(key.string))=\(Self.value(value))"
        }
        output.write(Array(line.utf8) + [UInt8(ascii: "\n")])
    }

    private func colored(_ text: String, _ level: Logger.Level) -> String {
        let code: Int? =
            switch level {
            case .trace, .debug: 2
            case .info: nil
            case .notice: 36
            case .warning: 33
            case .error, .critical: 31
            }
        guard isColored, let code else { return text }
        return "\u{1b}[\(code)m\(text)\u{1b}[0m"
    }

    /// In quotes where it would not read as one word.
    private static func value(_ metadata: Logger.MetadataValue) -> String {
        guard case .string(let text) = Value(metadata) else {
            return String(decoding: JSON.write(Value(metadata), style: .compact), as: UTF8.self)
        }
        let isWord = !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 != UInt8(ascii: "\"") }
        return isWord ? plain(text.string) : "\"\(plain(text.string.replacing("\"", with: "\\\"")))\""
    }

    static func plain(_ text: String) -> String {
        // What Unicode says of each character takes longer than all else, and nearly all lines need none of it.
        if text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return text }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator:
                result.append(contentsOf: "\\u{\(String(scalar.value, radix: 16))}".unicodeScalars)
            default: result.append(scalar)
            }
        }
        return String(result)
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - utf8.count))
    }
}
