// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// Where a value or comment stands in a YAML text.
struct YAMLPlace: Sendable {
    enum Surroundings: Sendable {
        /// In a block, whose lines are indented so far.
        case block(indentation: Int)
        /// Between braces or brackets.
        case flow
        case comment
    }

    var span: Range<Int>
    var surroundings: Surroundings

    /// What to write there.
    func text(for replacement: Replacement) throws(SecretsError) -> [UInt8] {
        switch (surroundings, replacement) {
        case (.comment, .encrypted(let text)): return Array("#\(text)".utf8)
        case (.comment, .comment(let text)):
            guard !text.utf8.contains(UInt8(ascii: "\n")) else {
                return Array(text.string.split(separator: "\n").map { "#\($0)" }.joined(separator: "\n").utf8)
            }
            return Array("#\(text)".utf8)
        case (.comment, .plain(let scalar)): return Array("#".utf8) + scalar.bytes
        case (.block, .encrypted(let text)): return Array(text.utf8)
        case (.flow, .encrypted(let text)): return Array("\"\(text)\"".utf8)
        case (_, .comment(let text)): return JSON.write(.string(text))
        case (.block(let indentation), .plain(let scalar)): return try Self.write(scalar, indentation)
        case (.flow, .plain(let scalar)):
            if case .time(let text) = scalar { return Array(text.utf8) }
            return JSON.write(try Value(scalar))
        }
    }

    private static func write(_ scalar: Scalar, _ indentation: Int) throws(SecretsError) -> [UInt8] {
        if case .time(let text) = scalar { return Array(text.utf8) }
        var text = YAML.write(try Value(scalar))
        if text.last == UInt8(ascii: "\n") { text.removeLast() }
        guard indentation > 0 else { return text }
        // The lines of a literal go below their key.
        var output: [UInt8] = []
        for (index, line) in text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            if index > 0 {
                output.append(UInt8(ascii: "\n"))
                if !line.isEmpty { output += [UInt8](repeating: UInt8(ascii: " "), count: indentation) }
            }
            output += line
        }
        return output
    }
}
