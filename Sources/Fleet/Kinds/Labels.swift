// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
import Model

/// The labels of a target or application.
package typealias Labels = [Text: Text]

/// Which targets are meant: for each key, any one of its values; all keys must fit.
///
/// A selector is never empty, so a slip of the pen cannot select everything.
package struct Selector: Sendable, Hashable {
    package struct Requirement: Sendable, Hashable {
        package var key: Text
        /// At least one.
        package var values: [Text]

        package init(key: Text, values: [Text]) {
            self.key = key
            self.values = values
        }
    }

    /// At least one, ordered by key.
    package let requirements: [Requirement]

    package init(requirements: [Requirement]) { self.requirements = requirements }

    package func matches(_ labels: Labels) -> Bool {
        requirements.allSatisfy { requirement in labels[requirement.key].map(requirement.values.contains) ?? false }
    }

    /// The same for something whose name counts as a label `name`.
    func matches<Noun>(_ labels: Labels, name: Name<Noun>) -> Bool {
        requirements.allSatisfy { requirement in
            (requirement.key == "name" ? name.text : labels[requirement.key]).map(requirement.values.contains) ?? false
        }
    }

    static let shape = Shape<[KeyedItem<Text, [Text]>]>
        .map(keys: .labelKey, of: .oneOrMore(of: .labelValue), atLeast: 1)
        .map { pairs in
            Selector(
                requirements: pairs.map { Requirement(key: $0.key, values: $0.value) }.sorted { $0.key < $1.key })
        }
}

extension Shape where Output == Labels {
    static var labels: Shape {
        Shape<[KeyedItem<Text, Text>]>.map(keys: .labelKey, of: .labelValue)
            .map { pairs in Dictionary(pairs.map { ($0.key, $0.value) }) { first, _ in first } }
    }
}

extension Shape where Output == Text {
    static var labelKey: Shape {
        .text(
            "the key of a label: at most 253 letters, digits, \"-\", \"_\", \".\" and \"/\"",
            pattern: "^[A-Za-z0-9._/-]{1,253}$"
        ) { $0.utf8.count <= 253 && $0.utf8.allSatisfy(isLabelKeyByte) ? $0 : nil }
    }

    static var labelValue: Shape {
        .text(
            "the value of a label: at most 63 letters, digits, \"-\", \"_\" and \".\"",
            pattern: "^[A-Za-z0-9._-]{1,63}$"
        ) { $0.utf8.count <= 63 && $0.utf8.allSatisfy(isLabelValueByte) ? $0 : nil }
    }
}

private func isLabelKeyByte(_ byte: UInt8) -> Bool { isLabelValueByte(byte) || byte == UInt8(ascii: "/") }

private func isLabelValueByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
        true
    default:
        false
    }
}
