// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Logging
import Manifest
package import Model

/// Logs as JSON Lines: `time`, `level`, `logger`, `message`, then `metadata` where there is some.
///
/// Each record is one line whatever it holds: control characters are escaped, keys have one order.
package struct JSONLogHandler: LogHandler {
    package var logLevel: Logger.Level
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?
    private let label: String
    private let output: LogOutput
    private let clock: @Sendable () -> Time

    package init(
        label: String, level: Logger.Level = .info, output: LogOutput = .standardError,
        clock: @escaping @Sendable () -> Time
    ) {
        self.label = label
        logLevel = level
        self.output = output
        self.clock = clock
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        let fields = LogFields(event, metadata: metadata, provider: metadataProvider)
        var pairs: [Object.Pair] = [
            ("time", .string(Text(clock().description))), ("level", .string(Text(event.level.rawValue))),
            ("logger", .string(Text(label))), ("message", .string(Text(event.message.description))),
        ]
        if !fields.pairs.isEmpty {
            let object = Object(uniquePairs: fields.pairs.map { ($0.key, Value($0.value)) })
            pairs.append(("metadata", .object(object)))
        }
        output.write(JSON.write(.object(Object(uniquePairs: pairs)), style: .compact) + [UInt8(ascii: "\n")])
    }
}
