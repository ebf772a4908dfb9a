// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Glibc

/// Text that is compared, ordered and hashed by its UTF-8 bytes.
///
/// Swift's `String` compares by canonical equivalence: it says that two different file names are equal, which is
/// a security bug in anything that decides by name. Use `Text` for every string that came from outside.
@usableFromInline package struct Text: Sendable {
    @usableFromInline package var string: String

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
    @usableFromInline package static func == (left: Text, right: Text) -> Bool {
        let count = left.utf8.count
        guard count == right.utf8.count else { return false }
        return left.withBytes { a in
            right.withBytes { b in
                guard let a = a.baseAddress, let b = b.baseAddress else { return true }
                return a == b || memcmp(a, b, count) == 0
            }
        }
    }
}

extension Text: Hashable {
    @usableFromInline package func hash(into hasher: inout Hasher) {
        withBytes { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        hasher.combine(0xFF as UInt8)
    }
}

extension Text: Comparable {
    @usableFromInline package static func < (left: Text, right: Text) -> Bool {
        left.withBytes { a in
            right.withBytes { b in
                guard let first = a.baseAddress, let second = b.baseAddress else { return a.count < b.count }
                let order = memcmp(first, second, min(a.count, b.count))
                return order == 0 ? a.count < b.count : order < 0
            }
        }
    }
}

extension Text {
    /// Calls `body` with the UTF-8 bytes, which are copied only when a foreign string is behind the text.
    ///
    /// Inlinable, as the type is usable from there: else the runtime looks for the type of the result at each call from
    /// another room (measured: an eighth of a render).
    @inlinable @inline(__always)
    package func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        if let result = string.utf8.withContiguousStorageIfAvailable(body) { return result }
        var copy = string
        return copy.withUTF8(body)
    }
}

extension Text: ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
    @usableFromInline package init(stringLiteral value: String) {
        self.init(value)
    }
}

extension Text: CustomStringConvertible {
    @usableFromInline package var description: String { string }
}
