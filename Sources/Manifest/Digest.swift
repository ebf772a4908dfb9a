// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Crypto

/// A SHA-256 digest.
///
/// Its bytes lie in place: of tens of thousands of objects the digests stay when the manifests go, and each would hold on
/// to a page of memory among what is gone.
package struct Digest: Sendable, Hashable {
    /// Big-endian.
    private let first, second, third, fourth: UInt64

    package init(of data: some Sequence<UInt8>) {
        self.init(SHA256.hash(data: Array(data)))
    }

    package init(_ digest: SHA256.Digest) { self = digest.withUnsafeBytes { Digest(whole: $0) } }

    /// 64 lower-case hexadecimal digits; `nil` for anything else.
    package init?(hex: some StringProtocol) {
        guard let bytes = Hex.decode(hex) else { return nil }
        self.init(bytes: bytes)
    }

    /// 64 hexadecimal digits, with or without `sha256:` before them, as people and indexes write a digest.
    package init?(named text: String) {
        let prefix = "sha256:"
        let isMarked = text.utf8.starts(with: prefix.utf8)
        self.init(hex: isMarked ? Substring(text.utf8.dropFirst(prefix.utf8.count)) : text[...])
    }

    /// `nil` unless there are 32.
    package init?(bytes: [UInt8]) {
        guard bytes.count == Self.count else { return nil }
        self = bytes.withUnsafeBytes { Digest(whole: $0) }
    }

    /// - Parameter bytes: 32 of them.
    private init(whole bytes: UnsafeRawBufferPointer) {
        func word(_ index: Int) -> UInt64 {
            UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self))
        }
        (first, second, third, fourth) = (word(0), word(1), word(2), word(3))
    }

    private static let count = 32

    /// 32 bytes.
    package var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.count)
        for word in [first, second, third, fourth] {
            withUnsafeBytes(of: word.bigEndian) { bytes.append(contentsOf: $0) }
        }
        return bytes
    }

    package var hex: String { Hex.encode(bytes) }
    /// Its first eight bytes: enough to tell the newest of something from the one before.
    package var mark: UInt64 { first }
    /// The first 12 digits, for people.
    package var short: String { Hex.encode(bytes.prefix(6)) }
}

extension Digest: Comparable {
    package static func < (left: Digest, right: Digest) -> Bool {
        (left.first, left.second, left.third, left.fourth) < (right.first, right.second, right.third, right.fourth)
    }
}

extension Digest: CustomStringConvertible {
    package var description: String { hex }
}

/// Hexadecimal text, lower case.
package enum Hex {
    package static func encode(_ bytes: some Collection<UInt8>) -> String {
        String(unsafeUninitializedCapacity: bytes.count * 2) { buffer in
            var index = 0
            for byte in bytes {
                buffer[index] = digit(byte >> 4)
                buffer[index + 1] = digit(byte & 0xF)
                index += 2
            }
            return index
        }
    }

    /// `nil` unless the text is an even number of hexadecimal digits.
    package static func decode(_ text: some StringProtocol) -> [UInt8]? {
        let digits = Array(text.utf8)
        guard digits.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count / 2)
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = value(digits[index]), let low = value(digits[index + 1]) else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    private static func digit(_ nibble: UInt8) -> UInt8 {
        nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10
    }

    static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
