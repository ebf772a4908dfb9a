// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// Looks for secrets in any text, by their looks alone.
struct TextScan {
    private let file: Text
    private(set) var findings: [PlainSecret] = []

    private static let byFirstLetter = Dictionary(grouping: TokenRule.all) { $0.prefix.utf8.first ?? 0 }
    private static let begin = Array("-----BEGIN ".utf8)

    init(file: Text) { self.file = file }

    /// - Parameter firstLine: the line at which the text begins.
    mutating func scan(_ bytes: [UInt8], firstLine: Int = 1) {
        bytes.withUnsafeBufferPointer { bytes in
            var line = firstLine
            var index = 0
            while index < bytes.count {
                let byte = bytes[index]
                if byte == UInt8(ascii: "\n") { line += 1 }
                if byte == UInt8(ascii: "-"), let end = Self.privateKey(at: index, in: bytes) {
                    add("private-key", "a private key", bytes[index..<end], line)
                    index = end
                    continue
                }
                if byte == UInt8(ascii: ":"), let password = Self.password(behind: index, in: bytes) {
                    add("url-password", "a password in an address", bytes[password], line)
                }
                if let rules = Self.byFirstLetter[byte],
                    let (rule, token) = rules.lazy.compactMap({ rule in
                        rule.token(at: index, in: bytes).map { (rule, $0) }
                    }).first
                {
                    add(rule.name, rule.what, bytes[token], line)
                    index = token.upperBound
                    continue
                }
                index += 1
            }
        }
    }

    private mutating func add(_ rule: Text, _ what: Text, _ value: some Sequence<UInt8>, _ line: Int) {
        findings.append(PlainSecret(rule: rule, file: file, line: line, what: what, value: value))
    }

    /// The first lines of a private key in PEM, enough to tell it from others. Its line must say `PRIVATE KEY`.
    private static func privateKey(at index: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        guard bytes[index...].starts(with: begin) else { return nil }
        let label = bytes[(index + begin.count)...].prefix(40).prefix { $0 != UInt8(ascii: "-") }
        let words = label.split(separator: UInt8(ascii: " "))
        guard words.contains(where: { $0.elementsEqual("PRIVATE".utf8) }),
            words.contains(where: { $0.elementsEqual("KEY".utf8) })
        else { return nil }
        return min(bytes.count, index + 200)
    }

    /// The password of `scheme://user:password@host`, behind the colon; `nil` when it is none, or stands for one.
    private static func password(behind colon: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Range<Int>? {
        let rest = bytes[(colon + 1)...].prefix(200)
        let end = rest.prefix { $0 > 0x20 && $0 != UInt8(ascii: "@") && $0 != UInt8(ascii: "/") && $0 != 0x22 }.endIndex
        guard end < bytes.count, bytes[end] == UInt8(ascii: "@"), end > colon + 2 else { return nil }
        // Before the colon a user, and before that `://`.
        var start = colon
        while start > 0, colon - start < 100, PlainValue.isName(bytes[start - 1]) { start -= 1 }
        guard start >= 3, start < colon, bytes[(start - 3)..<start].elementsEqual("://".utf8) else { return nil }
        return PlainValue.standsForSomethingElse(bytes[(colon + 1)..<end]) ? nil : (colon + 1)..<end
    }
}
