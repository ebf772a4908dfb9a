// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
import Model

/// A message as mail (RFC 5322): the same bytes each time it is made of the same events.
///
/// What events say stands in two places: in the subject, as encoded words (RFC 2047), and in the body, in base64. So
/// there is nothing in a cluster or in Git that could begin a header of its own, or end the letter early.
package struct Letter: Sendable, Hashable {
    /// Lines of a digest.
    static let mostLines = 100
    /// Of what a subject says of an event, in bytes.
    private static let longestSubject = 160

    package let bytes: [UInt8]

    /// - Parameter rule: whose messages they are. `nil` when there are none.
    package init?(_ messages: [Message], by rule: Text, from server: MailServer) {
        guard let first = messages.first, let last = messages.last else { return nil }
        let key = messages.count == 1 ? "\(first.id)/\(rule)" : "\(first.id)..\(last.sequence)/\(rule)"
        let id = Digest(of: key.utf8).hex.prefix(32)
        var lines = [
            "From: Trimtab <\(server.from.text)>",
            "To: " + server.to.map { "<\($0.text)>" }.joined(separator: ",\r\n "),
            "Subject: " + Self.header(Self.subject(messages)), "Date: \(Self.date(last.time))",
            "Message-ID: <\(id)@\(server.from.domain)>", "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64",
            // Nobody's absence is told to it (RFC 3834).
            "Auto-Submitted: auto-generated", "",
        ]
        let encoded = Array(Base64.encode(Array(Self.body(messages).utf8)).utf8)
        for start in stride(from: 0, to: encoded.count, by: 76) {
            lines.append(String(decoding: encoded[start..<min(start + 76, encoded.count)], as: UTF8.self))
        }
        bytes = Array((lines.joined(separator: "\r\n") + "\r\n").utf8)
    }

    private static func subject(_ messages: [Message]) -> Text {
        guard let first = messages.first else { return "" }
        if messages.count > 1 { return "[\(first.fleet)] \(messages.count) events" }
        let severity: Text = first.severity == .info ? "" : "\(Text(first.severity.rawValue)): "
        let summary: Text = first.summary.isEmpty ? "" : ": \(first.summary)"
        let text: Text = "[\(first.fleet)] \(severity)\(Text(first.kind.rawValue)) \(first.subject)\(summary)"
        return cut(Text(line(text.string)))
    }

    private static func cut(_ text: Text) -> Text {
        guard text.utf8.count > longestSubject else { return text }
        return Text(printable(text.utf8.prefix(longestSubject)))
    }

    private static func body(_ messages: [Message]) -> String {
        var parts = messages.prefix(mostLines).map { message in
            var lines = ["\(message.severity.rawValue): \(message.kind.rawValue) \(message.subject)"]
            if !message.summary.isEmpty { lines.append("  \(message.summary)") }
            lines.append("  at \(message.time) by \(message.actor)")
            if let link = message.link { lines.append("  \(link)") }
            return lines.map(line).joined(separator: "\r\n")
        }
        if messages.count > mostLines { parts.append("and \(messages.count - mostLines) more") }
        return parts.joined(separator: "\r\n\r\n") + "\r\n"
    }

    /// One line, whatever it was made of.
    private static func line(_ text: String) -> String {
        String(decoding: text.utf8.map { $0 < 0x20 || $0 == 0x7F ? 0x20 : $0 }, as: UTF8.self)
    }

    /// As it is where it is plain; otherwise in encoded words of at most 75 characters, none of which splits a character.
    static func header(_ text: Text) -> String {
        let isPlain = text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F } && !text.string.contains("=?")
        if isPlain, text.utf8.count <= longestSubject { return text.string }
        var words: [String] = []
        var chunk: [UInt8] = []
        for scalar in text.string.unicodeScalars {
            let bytes = Array(String(scalar).utf8)
            if chunk.count + bytes.count > 45 {
                words.append("=?UTF-8?B?\(Base64.encode(chunk))?=")
                chunk = []
            }
            chunk += bytes
        }
        if !chunk.isEmpty { words.append("=?UTF-8?B?\(Base64.encode(chunk))?=") }
        return words.joined(separator: "\r\n ")
    }

    /// `Fri, 27 Nov 2026 16:09:53 +0000`
    static func date(_ time: Time) -> String {
        let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let day = Int((time.nanoseconds / 86_400_000_000_000) % 7)
        let parts = time.description.split { $0 == "-" || $0 == "T" || $0 == "." }
        guard parts.count >= 4, let month = Int(parts[1]), months.indices.contains(month - 1),
            days.indices.contains(day)
        else { return "Thu, 01 Jan 1970 00:00:00 +0000" }
        return "\(days[day]), \(parts[2]) \(months[month - 1]) \(parts[0]) \(parts[3]) +0000"
    }
}
