// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// A file of `NAME=value` lines, and comments behind `#`. A line feed in a value is written `\n`.
struct DotenvFile: StructuredFile {
    private enum Line {
        case comment(Int, Text)
        case pair(Int, name: Text, value: [UInt8])
        case blank
    }

    private let lines: [Line]
    private let flatMetadata: [(key: Text, value: Text)]
    private static let prefix = "sops_"

    init(_ bytes: [UInt8]) throws(SecretsError) {
        var lines: [Line] = []
        var metadata: [(key: Text, value: Text)] = []
        var slot = 0
        var split = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        if split.last?.isEmpty == true { split.removeLast() }
        for (index, line) in split.enumerated() {
            guard let first = line.first else {
                lines.append(.blank)
                continue
            }
            guard let text = Text(utf8: line) else {
                throw SecretsError(.malformed, "line \(index + 1): not UTF-8")
            }
            if first == UInt8(ascii: "#") {
                lines.append(.comment(slot, Text(String(text.string.dropFirst()))))
                slot += 1
                continue
            }
            guard let equals = line.firstIndex(of: UInt8(ascii: "=")) else {
                throw SecretsError(.malformed, "line \(index + 1): neither NAME=value nor a comment")
            }
            let name = Text(String(decoding: line[..<equals], as: UTF8.self))
            let value = Array(line[(equals + 1)...])
            if name.utf8.starts(with: Self.prefix.utf8) {
                let key = Text(String(name.string.dropFirst(Self.prefix.count)))
                metadata.append((key, Text(String(decoding: value, as: UTF8.self))))
            } else {
                lines.append(.pair(slot, name: name, value: EscapedBreaks.decode(value)))
                slot += 1
            }
        }
        self.lines = lines
        flatMetadata = metadata
    }

    var documents: [[FileItem]] {
        let items = lines.compactMap { line -> FileItem? in
            switch line {
            case .comment(let slot, let text): .comment(slot: slot, path: [], text: text)
            case .pair(let slot, let name, let value): .leaf(slot: slot, path: [name], .string(value))
            case .blank: nil
            }
        }
        return [[.enter] + items + [.leave]]
    }

    func metadata() throws(SecretsError) -> Value? {
        flatMetadata.isEmpty ? nil : try FlatMetadata.unflatten(flatMetadata)
    }

    func write(_ replacements: [Int: Replacement], metadata: Value?) throws(SecretsError) -> [UInt8] {
        var output: [UInt8] = []
        for line in lines {
            switch line {
            case .blank: break
            case .comment(let slot, let text):
                output.append(UInt8(ascii: "#"))
                output += Self.bytes(replacements[slot]) ?? Array(text.utf8)
            case .pair(let slot, let name, let value):
                output += "\(name)=".utf8
                let bytes = Self.bytes(replacements[slot]) ?? value
                output += EscapedBreaks.encode(bytes)
            }
            output.append(UInt8(ascii: "\n"))
        }
        guard let metadata else { return output }
        for (key, value) in FlatMetadata.flatten(metadata) {
            output += "\(Self.prefix)\(key)=\(value)\n".utf8
        }
        return output
    }

    func values(_ replacements: [Int: Replacement], hidesTexts: Bool) throws(SecretsError) -> [Value] {
        throw SecretsError(.unsupported, "a file of environment variables holds no objects")
    }

    private static func bytes(_ replacement: Replacement?) -> [UInt8]? {
        switch replacement {
        case .plain(let scalar): scalar.bytes
        case .encrypted(let text): Array(text.utf8)
        case .comment(let text): Array(text.utf8)
        case nil: nil
        }
    }
}
