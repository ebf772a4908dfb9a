// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
package import Model

/// One file that may declare something.
package struct FleetFile: Sendable, Hashable {
    package var path: TreePath
    package var territory: Territory
    package var bytes: [UInt8]

    package init(path: TreePath, territory: Territory, bytes: [UInt8]) {
        self.path = path
        self.territory = territory
        self.bytes = bytes
    }

    var name: Text { Text(path.description) }

    /// What a text that is no YAML seems to declare, line by line: enough to name what is disabled.
    static func recognized(in bytes: [UInt8]) -> [DeclarationID] {
        var found: [DeclarationID] = []
        var kind: FleetKind?
        var isInMetadata = false
        for line in bytes.split(separator: UInt8(ascii: "\n")).prefix(10_000) {
            if line.starts(with: "---".utf8) { kind = nil }
            if let word = scalar(of: "kind:", in: line) {
                kind = FleetKind(rawValue: word.string)
                continue
            }
            let isIndented = line.first == UInt8(ascii: " ")
            if !isIndented { isInMetadata = line.starts(with: "metadata:".utf8) }
            guard isInMetadata, let kind else { continue }
            let trimmed = line.drop { $0 == UInt8(ascii: " ") }
            let start = isIndented ? trimmed : trimmed.drop { $0 != UInt8(ascii: "{") }.dropFirst()
            if let name = scalar(of: "name:", in: start.drop { $0 == UInt8(ascii: " ") }) {
                found.append(DeclarationID(kind, name))
                isInMetadata = false
            }
        }
        return found
    }

    /// The plain or quoted word behind a key at the beginning of a line.
    private static func scalar(of key: String, in line: ArraySlice<UInt8>) -> Text? {
        guard line.starts(with: key.utf8) else { return nil }
        let isAround: (UInt8) -> Bool = {
            $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "'")
        }
        let word = line.dropFirst(key.utf8.count).drop(while: isAround).prefix {
            !isAround($0) && $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: "}") && $0 != UInt8(ascii: "\r")
        }
        return word.isEmpty || word.count > 63 ? nil : Text(utf8: word)
    }
}
