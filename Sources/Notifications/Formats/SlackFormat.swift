// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

/// `{"text": …}`, as incoming webhooks of Slack take it ("Formatting text for app surfaces" of its documentation).
enum SlackFormat {
    /// Lines of a digest.
    static let mostLines = 20

    static func body(_ messages: [Message]) -> [UInt8] {
        var lines = messages.prefix(mostLines).map(line)
        if messages.count > 1 {
            lines.insert("*\(messages.count) events of \(escaped(messages.first?.fleet ?? ""))*", at: 0)
        }
        if messages.count > mostLines { lines.append("and \(messages.count - mostLines) more") }
        return JSON.write(["text": .string(Text(lines.joined(separator: "\n")))])
    }

    private static func line(_ message: Message) -> String {
        let subject = escaped(message.subject)
        let place = message.link.map { "<\(escaped($0))|\(subject)>" } ?? subject
        var line = "*\(message.kind.rawValue)* \(place)"
        if !message.summary.isEmpty { line += ": \(escaped(message.summary))" }
        if message.actor != .trimtab { line += " (\(escaped(message.actor.text)))" }
        return message.severity == .info ? line : "\(message.severity.rawValue): \(line)"
    }

    /// What could be taken for a link, a mention or the end of either. Marks that only change letters are taken out.
    private static func escaped(_ text: Text) -> String {
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "&"): bytes += "&amp;".utf8
            case UInt8(ascii: "<"): bytes += "&lt;".utf8
            case UInt8(ascii: ">"): bytes += "&gt;".utf8
            case UInt8(ascii: "|"): bytes += "/".utf8
            case UInt8(ascii: "`"), UInt8(ascii: "*"): bytes += "'".utf8
            case 0..<0x20, 0x7F: bytes.append(0x20)
            default: bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
