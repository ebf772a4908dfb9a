// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

/// Counts the columns of findings in characters, as code hosts want them. Each file is read once.
struct CharacterColumns {
    private static let fileLimit = 16 << 20

    private let tree: any TreeReader
    private var lines: [Text: [ArraySlice<UInt8>]] = [:]

    /// - Parameter tree: of the files that findings name.
    init(tree: any TreeReader) { self.tree = tree }

    /// The column of a place, 1-based, in Unicode's code points; `nil` where the file has no such place.
    mutating func column(line: Int, byte column: Int, of file: Text) async -> Int? {
        let lines = await lines(of: file)
        guard lines.indices.contains(line - 1), column >= 1 else { return nil }
        let text = lines[line - 1]
        // One beyond the end is the place after the last character.
        guard column - 1 <= text.count else { return nil }
        return 1 + text.prefix(column - 1).count { $0 & 0xC0 != 0x80 }
    }

    private mutating func lines(of file: Text) async -> [ArraySlice<UInt8>] {
        if let known = lines[file] { return known }
        var found: [ArraySlice<UInt8>] = []
        if let path = TreePath(file), let bytes = try? await tree.read(path, limit: Self.fileLimit) {
            found = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        }
        lines[file] = found
        return found
    }
}
