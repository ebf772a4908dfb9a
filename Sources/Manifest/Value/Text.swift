// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// Text that is compared, ordered and hashed by its UTF-8 bytes.
///
/// Swift's `String` compares by canonical equivalence: it says that two different file names are equal, which is
/// a security bug in anything that decides by name. Use `Text` for every string that came from outside.
package struct Text: Sendable {
    package var string: String

    @inlinable package init(_ string: String) {
        self.string = string
    }

    /// The text of well-formed UTF-8; `nil` when the bytes are not UTF-8.
    package init?(utf8 bytes: some Collection<UInt8>) {
        guard let string = String(validating: bytes, as: UTF8.self) else { return nil }
        self.string = string
    }

    @inlinable package var utf8: String.UTF8View { string.utf8 }
    @inlinable package var isEmpty: Bool { string.utf8.isEmpty }
}

extension Text: Equatable {
    @inlinable package static func == (left: Text, right: Text) -> Bool {
        left.utf8.count == right.utf8.count && left.utf8.elementsEqual(right.utf8)
    }
}

extension Text: Hashable {
    @inlinable package func hash(into hasher: inout Hasher) {
        var string = string
        string.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        hasher.combine(0xFF as UInt8)
    }
}

extension Text: Comparable {
    @inlinable package static func < (left: Text, right: Text) -> Bool {
        left.utf8.lexicographicallyPrecedes(right.utf8)
    }
}

extension Text: ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
    package init(stringLiteral value: String) {
        self.init(value)
    }
}

extension Text: CustomStringConvertible {
    package var description: String { string }
}
