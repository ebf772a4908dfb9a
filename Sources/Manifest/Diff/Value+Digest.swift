// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Crypto

extension Value {
    /// The hash of the tree: equal values have equal digests, whatever the order of their keys and the spelling of
    /// their numbers.
    ///
    /// Each node is a type tag; lengths go before contents, so that no two trees share their bytes; keys go in the
    /// order of their bytes. All goes into one buffer and one call of SHA-256.
    ///
    /// - Parameter secretKey: with it, a secret leaf enters by its HMAC. Without, only the fact that it is there does:
    ///   a plain hash of a password would let anyone who reads the digest try passwords.
    package func digest(secretKey: Secret<[UInt8]>? = nil) -> Digest {
        var hasher = TreeHasher(secretKey: secretKey)
        hasher.add(self)
        return hasher.finish()
    }
}

private struct TreeHasher {
    private let secretKey: Secret<[UInt8]>?
    private var buffer: [UInt8] = []

    init(secretKey: Secret<[UInt8]>?) {
        self.secretKey = secretKey
        buffer.reserveCapacity(4096)
    }

    consuming func finish() -> Digest {
        Digest(buffer.withUnsafeBytes { SHA256.hash(data: $0) })
    }

    mutating func add(_ value: Value) {
        switch value {
        case .null: buffer.append(UInt8(ascii: "n"))
        case .bool(let bool): buffer.append(bool ? UInt8(ascii: "t") : UInt8(ascii: "f"))
        case .number(let number):
            buffer.append(UInt8(ascii: "#"))
            add(Text(number.canonical))
        case .string(let text):
            buffer.append(UInt8(ascii: "s"))
            add(text)
        case .secret(let secret):
            buffer.append(UInt8(ascii: "S"))
            add(secret)
        case .array(let items):
            buffer.append(UInt8(ascii: "["))
            add(count: items.count)
            for item in items { add(item) }
        case .object(let object):
            buffer.append(UInt8(ascii: "{"))
            add(count: object.count)
            for (key, value) in object.sortedByKey {
                add(key)
                add(value)
            }
        }
    }

    private mutating func add(_ text: Text) {
        text.withBytes { bytes in
            add(count: bytes.count)
            buffer.append(contentsOf: bytes)
        }
    }

    private mutating func add(_ secret: Secret<Text>) {
        guard let secretKey else { return }
        secretKey.withExposed { key in
            secret.withExposed { text in
                let code = HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: SymmetricKey(data: key))
                buffer.append(contentsOf: code)
            }
        }
    }

    private mutating func add(count: Int) {
        withUnsafeBytes(of: UInt64(count).littleEndian) { buffer.append(contentsOf: $0) }
    }
}
