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
    /// A map with free keys.
    case map(of: Schema, atLeast: Int)
    case object(ObjectRule)
    /// Any one of these.
    case either([Schema])
}

/// What a string must look like.
package struct StringRule: Sendable, Hashable {
    /// In words, for messages: `a duration such as "90s"`.
    package var meaning: String
    /// ECMA-262, for JSON Schema only; the decoder checks by code.
    package var pattern: String?

    package init(meaning: String, pattern: String? = nil) {
        self.meaning = meaning
        self.pattern = pattern
    }
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

    /// How many of some keys may be there at once.
    package struct Choice: Sendable, Hashable {
        package var keys: [Text]
        package var isRequired: Bool
    }

    package var entries: [Entry]
    package var choices: [Choice] = []
}
