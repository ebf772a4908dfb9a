// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// Appends integers big-endian and texts with their length in front.
struct ByteWriter {
    var bytes: [UInt8] = []

    init() { bytes.reserveCapacity(256) }

    mutating func write(_ value: some FixedWidthInteger) {
        for shift in stride(from: value.bitWidth - 8, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: value >> shift))
        }
    }

    /// At most 65,535 bytes; longer text is cut at a character's end.
    mutating func write(_ text: Text) {
        let text = text.prefix(bytes: Int(UInt16.max))
        write(UInt16(truncatingIfNeeded: text.utf8.count))
        bytes += text.utf8
    }
}

/// Reads what ``ByteWriter`` writes; every step checks what is left.
struct ByteReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func take(_ count: Int) throws(HeaderError) -> ArraySlice<UInt8> {
        guard count <= rest.count else { throw HeaderError(reason: "ends too early") }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    mutating func integer<Integer: FixedWidthInteger>() throws(HeaderError) -> Integer {
        try take(Integer.bitWidth / 8).reduce(0) { ($0 << 8) | Integer(truncatingIfNeeded: $1) }
    }

    mutating func text() throws(HeaderError) -> Text {
        let count: UInt16 = try integer()
        guard let text = Text(utf8: try take(Int(count))) else {
            throw HeaderError(reason: "holds text that is no UTF-8")
        }
        return text
    }

    mutating func optionalText() throws(HeaderError) -> Text? {
        let text = try text()
        return text.isEmpty ? nil : text
    }

    mutating func digest() throws(HeaderError) -> Digest {
        guard let digest = Digest(bytes: Array(try take(32))) else { throw HeaderError(reason: "ends too early") }
        return digest
    }
}

extension Text {
    /// The longest beginning of at most that many bytes that ends with a whole character.
    package func prefix(bytes limit: Int) -> Text {
        guard utf8.count > limit else { return self }
        var bytes = Array(utf8.prefix(limit))
        while let last = bytes.last, Text(utf8: bytes) == nil {
            bytes.removeLast()
            // A lead byte is where the broken character began.
            if last >= 0xC0 { break }
        }
        return Text(utf8: bytes) ?? ""
    }
}
