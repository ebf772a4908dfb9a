// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

extension Value {
    /// The hash of the tree: equal values have equal digests, whatever the order of their keys and the spelling of
    /// their numbers.
    ///
    /// Each node is a type tag; lengths go before contents, so that no two trees share their bytes; keys go in the
    /// order of their bytes. All goes into one buffer and one call of SHA-256.
    package func digest() -> Digest {
        var buffer: [UInt8] = []
        buffer.reserveCapacity(4096)
        append(to: &buffer)
        return Digest(of: buffer)
    }

    private func append(to buffer: inout [UInt8]) {
        switch self {
        case .null: buffer.append(UInt8(ascii: "n"))
        case .bool(let bool): buffer.append(UInt8(ascii: bool ? "t" : "f"))
        case .number(let number):
            buffer.append(UInt8(ascii: "#"))
            // Equality of numbers is that of their values, so the digest must not see the spelling.
            Self.append(number.canonical, to: &buffer)
        case .string(let text):
            buffer.append(UInt8(ascii: "s"))
            Self.append(text.string, to: &buffer)
        case .secret(let secret):
            buffer.append(UInt8(ascii: "S"))
            secret.withExposed { Self.append($0.string, to: &buffer) }
        case .array(let items):
            buffer.append(UInt8(ascii: "["))
            Self.append(items.count, to: &buffer)
            for item in items { item.append(to: &buffer) }
        case .object(let object):
            buffer.append(UInt8(ascii: "{"))
            Self.append(object.count, to: &buffer)
            for (key, value) in object.sortedByKey {
                Self.append(key.string, to: &buffer)
                value.append(to: &buffer)
            }
        }
    }

    private static func append(_ string: String, to buffer: inout [UInt8]) {
        append(string.utf8.count, to: &buffer)
        buffer.append(contentsOf: string.utf8)
    }

    private static func append(_ count: Int, to buffer: inout [UInt8]) {
        withUnsafeBytes(of: UInt64(count).littleEndian) { buffer.append(contentsOf: $0) }
    }
}
