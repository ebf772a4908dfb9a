// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// What generators read: `key=value` texts, files of them, and files as values.
enum KeyValueSources {
    typealias Pair = (key: Text, value: [UInt8])

    /// `key=value`; quotes around the value are taken off.
    static func literal(_ field: Field) throws(KustomizeError) -> Pair {
        let text = try field.text()
        let bytes = Array(text.utf8)
        guard let equals = bytes.firstIndex(of: UInt8(ascii: "=")), equals > 0 else {
            throw field.error("\(text.quoted) is no literal", advice: "write key=value")
        }
        var value = bytes[(equals + 1)...]
        if value.count >= 2, let quote = value.first, quote == value.last,
            quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'")
        {
            value = value.dropFirst().dropLast()
        }
        return (Text(String(decoding: bytes[..<equals], as: UTF8.self)), Array(value))
    }

    /// `path`, whose last part becomes the key, or `key=path`.
    static func fileSource(_ field: Field) throws(KustomizeError) -> (key: Text, path: Text) {
        let text = try field.text()
        let parts = text.string.split(separator: "=", maxSplits: 2, omittingEmptySubsequences: false)
        switch parts.count {
        case 1: return (Text(String(text.string.split(separator: "/").last ?? "")), text)
        case 2 where !parts[0].isEmpty && !parts[1].isEmpty: return (Text(String(parts[0])), Text(String(parts[1])))
        default: throw field.error("\(text.quoted) names no file", advice: "write a path, or key=path")
        }
    }

    /// The lines of an `.env` file: `KEY=value`, `KEY` for an empty value, `#` for a comment.
    static func environment(_ content: [UInt8], file: Text) throws(KustomizeError) -> [Pair] {
        var pairs: [Pair] = []
        let isEncrypted = content.firstRange(of: Array("\nsops_mac=ENC[".utf8)) != nil
        for (index, line) in content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated()
        {
            var line = line
            if line.last == UInt8(ascii: "\r") { line = line.dropLast() }
            guard String(validating: line, as: UTF8.self) != nil else {
                throw KustomizeError(
                    Place(file: file, position: Position(line: index + 1, column: 1, offset: 0)),
                    "the line is not UTF-8",
                    advice: "give binary content as a file")
            }
            if index == 0, line.starts(with: [0xEF, 0xBB, 0xBF]) { line = line.dropFirst(3) }
            while let first = line.first, first == UInt8(ascii: " ") || (9...13).contains(first) {
                line = line.dropFirst()
            }
            guard let first = line.first, first != UInt8(ascii: "#") else { continue }
            let equals = line.firstIndex(of: UInt8(ascii: "=")) ?? line.endIndex
            let key = Text(String(decoding: line[..<equals], as: UTF8.self))
            // What SOPS says of the file is none of its variables.
            if key.isEmpty || isEncrypted && key.utf8.starts(with: "sops_".utf8) { continue }
            pairs.append((key, equals < line.endIndex ? Array(line[(equals + 1)...]) : []))
        }
        return pairs
    }
}
