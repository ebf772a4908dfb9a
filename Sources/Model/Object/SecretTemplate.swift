// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// A text with places for values: `${NAME}`. What is no place of a given name stays as it is written.
package enum SecretTemplate {
    package static func holds(_ name: Text, in text: Text) -> Bool {
        text.string.utf8.firstRange(of: Array("${\(name)}".utf8)) != nil
    }

    /// Whether some text of a Secret's `stringData` has a place for it.
    package static func isNamed(_ name: Text, byTextsOf secret: Object) -> Bool {
        (secret["stringData"]?.objectValue?.pairs ?? []).contains { pair in
            pair.value.stringValue.map { holds(name, in: $0) } ?? false
        }
    }

    /// The text with values in the places of their names, in one pass: what a value says is never taken for a place.
    ///
    /// - Returns: the bytes, and the names that had a place.
    package static func filled(
        _ text: Text, with values: [Text: Secret<[UInt8]>]
    ) -> (bytes: Secret<[UInt8]>, used: Set<Text>) {
        let source = Array(text.utf8)
        var filled: [UInt8] = []
        var used: Set<Text> = []
        var index = 0
        while index < source.count {
            if source[index] == UInt8(ascii: "$"), index + 1 < source.count, source[index + 1] == UInt8(ascii: "{"),
                let end = source[index...].prefix(longestPlace).firstIndex(of: UInt8(ascii: "}")),
                let name = Text(utf8: source[(index + 2)..<end]), let value = values[name]
            {
                value.withExposed { filled += $0 }
                used.insert(name)
                index = end + 1
            } else {
                filled.append(source[index])
                index += 1
            }
        }
        return (Secret(filled), used)
    }

    /// A name has at most 253 bytes.
    private static let longestPlace = 256
}
