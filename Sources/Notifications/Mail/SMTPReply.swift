// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// What a mail server answered (RFC 5321, section 4.2).
package struct SMTPReply: Sendable, Hashable {
    package var code: Int
    /// What stands behind the code, a line each.
    package var lines: [[UInt8]]

    package init(code: Int, lines: [[UInt8]] = []) {
        self.code = code
        self.lines = lines
    }

    /// Whether a line names an extension, such as `STARTTLS`, and one of its parameters, such as `PLAIN`.
    func offers(_ keyword: String, _ parameter: String? = nil) -> Bool {
        lines.contains { line in
            let words = line.split(separator: UInt8(ascii: " ")).map {
                String(decoding: $0, as: UTF8.self).uppercased()
            }
            return words.first == keyword && (parameter.map { words.dropFirst().contains($0) } ?? true)
        }
    }
}

/// Reads replies out of bytes as they come, within a budget.
package struct SMTPReplyReader: Sendable {
    package struct Malformed: Error {}

    private static let longestLine = 4096
    private static let mostLines = 100

    private var bytes: [UInt8] = []
    private var lines: [[UInt8]] = []
    private var code: Int?

    package init() {}

    /// Whether nothing came beyond the replies that were taken.
    package var isEmpty: Bool { bytes.isEmpty && code == nil }

    package mutating func append(_ more: some Sequence<UInt8>) { bytes += more }

    /// The next reply; `nil` while it is not whole.
    package mutating func next() throws(Malformed) -> SMTPReply? {
        while let end = bytes.firstIndex(of: 0x0A) {
            guard end <= Self.longestLine else { throw Malformed() }
            var line = Array(bytes[..<end])
            bytes.removeFirst(end + 1)
            if line.last == 0x0D { line.removeLast() }
            let digits = line.prefix(3)
            guard digits.count == 3, digits.allSatisfy({ (0x30...0x39).contains($0) }),
                let number = Int(String(decoding: digits, as: UTF8.self)), (200..<600).contains(number),
                code ?? number == number, lines.count < Self.mostLines
            else { throw Malformed() }
            let mark = line.count > 3 ? line[3] : UInt8(ascii: " ")
            lines.append(Array(line.dropFirst(4)))
            code = number
            switch mark {
            case UInt8(ascii: "-"): continue
            case UInt8(ascii: " "):
                defer { (code, lines) = (nil, []) }
                return SMTPReply(code: number, lines: lines)
            default: throw Malformed()
            }
        }
        guard bytes.count <= Self.longestLine else { throw Malformed() }
        return nil
    }
}
