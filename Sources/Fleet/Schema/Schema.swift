// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// What a field may hold, as data: the decoder is built from it and JSON Schema is printed from it.
package indirect enum Schema: Sendable, Hashable {
    case any
    case string(StringRule)
    /// One of these words.
    case choice([Text])
    case boolean
    case integer(ClosedRange<Int64>)
    case list(of: Schema, atLeast: Int)
    /// A map with free keys that look like `keys`.
    case map(keys: Schema, of: Schema, atLeast: Int)
    case object(ObjectRule)
    /// Any one of these.
    case either([Schema])
}

/// What a string must look like.
package struct StringRule: Sendable, Hashable {
    /// In words, for messages: `a duration such as "90s"`.
    package var meaning: String
    /// ECMA-262, for JSON Schema only; the decoder checks by code. A line of text has one, any string has none.
    package var pattern: String?

    package init(meaning: String, pattern: String? = nil) {
        self.meaning = meaning
        self.pattern = pattern
    }

    /// One character of a line, in a pattern: none that controls a terminal or makes a name read as another.
    package static let character =
        #"[^\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]"#
    /// The longest line, in bytes.
    package static let longestLine = 4096
}

/// A map whose keys are known.
package struct ObjectRule: Sendable, Hashable {
    /// One known key.
    package struct Entry: Sendable, Hashable {
        package var key: Text
        package var schema: Schema
        package var isRequired: Bool
        /// One sentence for people; empty when the key says it all.
        package var summary: String
    }

    /// How many of some keys may be there.
    package struct Choice: Sendable, Hashable {
        package enum Count: Sendable, Hashable {
            case exactlyOne, atMostOne, atLeastOne
        }

        package var keys: [Text]
        package var count: Count
    }

    package var entries: [Entry]
    package var choices: [Choice] = []
    /// Whether other keys may be there, too; nobody reads them.
    package var isOpen = false
}
