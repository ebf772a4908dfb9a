// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// The id of a Git object: 20 bytes of SHA-1 or 32 bytes of SHA-256.
package struct GitID: Sendable, Hashable, Comparable {
    package let bytes: [UInt8]

    /// A full id in hexadecimal digits; `nil` for anything else, abbreviations included.
    package init?(hex: some StringProtocol) {
        guard let bytes = Hex.decode(hex), bytes.count == 20 || bytes.count == 32 else { return nil }
        self.bytes = bytes
    }

    package init?(bytes: [UInt8]) {
        guard bytes.count == 20 || bytes.count == 32 else { return nil }
        self.bytes = bytes
    }

    package var hex: String { Hex.encode(bytes) }
    /// The first 10 digits, for people.
    package var short: String { Hex.encode(bytes.prefix(5)) }

    package static func < (left: GitID, right: GitID) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }
}

extension GitID: CustomStringConvertible {
    package var description: String { hex }
}

/// A commit, by its full id.
package struct CommitID: Sendable, Hashable, CustomStringConvertible {
    package let id: GitID

    package init(_ id: GitID) { self.id = id }

    package init?(hex: some StringProtocol) {
        guard let id = GitID(hex: hex) else { return nil }
        self.id = id
    }

    package var hex: String { id.hex }
    package var short: String { id.short }
    package var description: String { id.hex }
}
