// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Model

/// What a program wrote to its standard error: the last lines, printable, and what Git's HTTP trace tells beside them.
struct CommandMessages: Sendable {
    /// The last lines, oldest first.
    private(set) var lines: [String] = []
    /// The text of a `Retry-After` header, as the server sent it.
    private(set) var retryAfter: String?
    private var unfinished: [UInt8] = []

    private static let lineLimit = 40
    private static let lengthLimit = 1000

    mutating func append(_ bytes: some Sequence<UInt8>) {
        for byte in bytes {
            if byte == 0x0A || byte == 0x0D {
                end()
            } else if unfinished.count < Self.lengthLimit {
                unfinished.append(byte)
            }
        }
    }

    mutating func end() {
        defer { unfinished.removeAll(keepingCapacity: true) }
        let line = printable(unfinished)
        guard !line.isEmpty else { return }
        if let header = Self.traced(line) {
            let lower = header.lowercased()
            if lower.hasPrefix("retry-after: ") { retryAfter = String(header.dropFirst(13).prefix(64)) }
            return
        }
        lines.append(line)
        if lines.count > Self.lineLimit { lines.removeFirst() }
    }

    /// Replaces every occurrence of a secret.
    func withoutSecrets(_ secrets: [String]) -> CommandMessages {
        var copy = self
        for secret in secrets where !secret.isEmpty {
            copy.lines = copy.lines.map { $0.replacing(secret, with: "<secret>") }
        }
        return copy
    }

    func contains(_ text: String) -> Bool { lines.contains { $0.contains(text) } }

    /// The line that says most about a failure: the last `fatal:` or `error:` line, or else the last.
    var reason: String? {
        let severe = lines.last { line in ["fatal: ", "error: ", "ERROR: "].contains { line.hasPrefix($0) } }
        guard let line = severe ?? lines.last else { return nil }
        for prefix in ["fatal: ", "error: ", "ERROR: ", "remote: "] where line.hasPrefix(prefix) {
            return String(line.dropFirst(prefix.count))
        }
        return line
    }

    /// The header of a line of `GIT_TRACE_CURL` that shows a header received, otherwise an empty text for a line of that
    /// trace: `09:30:00.123456 http.c:725              <= Recv header: Retry-After: 120`. `nil` for any other line.
    private static func traced(_ line: String) -> Substring? {
        let words = line.split(separator: " ", maxSplits: 2)
        guard words.count == 3, words[0].utf8.count == 15, words[0].contains("."), words[1].hasPrefix("http.c:") else {
            return nil
        }
        let marker = "<= Recv header: "
        guard let found = words[2].range(of: marker) else { return "" }
        return words[2][found.upperBound...]
    }
}

extension Substring {
    fileprivate func range(of text: String) -> Range<Index>? { firstRange(of: text) }
}
