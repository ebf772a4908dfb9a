// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// A stream of YAML documents, each a map. Values are exchanged where they stand, so that layout and comments stay.
struct YAMLFile: StructuredFile {
    private let parts: [YAMLPart]

    init(_ bytes: [UInt8]) throws(SecretsError) {
        var parts: [YAMLPart] = []
        var slot = 0
        for (range, line) in YAMLPart.ranges(in: bytes) {
            let part = try YAMLPart(Array(bytes[range]), firstLine: line, firstSlot: slot)
            slot = part.nextSlot
            parts.append(part)
        }
        self.parts = parts
        guard parts.contains(where: { $0.document != nil }) else {
            throw SecretsError(.malformed, "the file holds no YAML document")
        }
    }

    var documents: [[FileItem]] { parts.map(\.items) }

    /// Those of the first document stand for all.
    func metadata() -> Value? { parts.lazy.compactMap { $0.document?.value[SOPSMetadata.key] }.first }

    func write(_ replacements: [Int: Replacement], metadata: Value?) throws(SecretsError) -> [UInt8] {
        var output: [UInt8] = []
        for part in parts { output += try part.write(replacements, metadata: metadata) }
        return output
    }

    func values(_ replacements: [Int: Replacement], hidesTexts: Bool) throws(SecretsError) -> [Value] {
        var values: [Value] = []
        for part in parts {
            guard let document = part.document else { continue }
            // Comments have slots too; the tree knows only values.
            let slots = part.items.compactMap(\.leafSlot)
            var walk = TreeWalk()
            values.append(
                try walk.map(document.value) { number, _, value throws(SecretsError) in
                    guard slots.indices.contains(number), let replacement = replacements[slots[number]] else {
                        return value
                    }
                    return try replacement.value(hidesTexts: hidesTexts)
                })
        }
        return values
    }
}
