// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Crypto
import Foundation

/// Authenticates what lies in the cache (HMAC with SHA-256), by a key that only the owner of the state folder can read.
/// Whoever can write into the cache's file alone can make entries disappear, and nothing else.
struct CacheSeal: Sendable {
    private let key: SymmetricKey
    /// For what must not be read in a copy of the cache's file.
    private let cipherKey: SymmetricKey

    init(key: [UInt8]) {
        self.key = SymmetricKey(data: key)
        cipherKey = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: self.key, info: Data("trimtab cache content".utf8), outputByteCount: 32)
    }

    /// One that others could have read or written is made anew, and all that it sealed is worth nothing any more.
    init(file path: String) throws { self.init(key: try OwnKey.open(path)) }

    /// Of fields in their order, each with its length before it.
    func seal(_ kind: StaticString, _ fields: [Data]) -> Data {
        // In one piece, since most fields are so short that handing over each would cost more than its bytes.
        var message = Data()
        message.reserveCapacity(fields.reduce(kind.utf8CodeUnitCount + 1) { $0 + 8 + $1.count })
        message.append(contentsOf: "\(kind)\0".utf8)
        for field in fields {
            withUnsafeBytes(of: UInt64(field.count).littleEndian) { message.append(contentsOf: $0) }
            message.append(field)
        }
        return Data(HMAC<SHA256>.authenticationCode(for: message, using: key))
    }

    /// In constant time.
    func holds(_ seal: Data, _ kind: StaticString, _ fields: [Data]) -> Bool {
        let expected = self.seal(kind, fields)
        guard seal.count == expected.count else { return false }
        return zip(seal, expected).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    /// AES-GCM with a random nonce before it. What it belongs to is authenticated by a seal around it.
    func encrypt(_ plain: Data) throws -> Data {
        guard let sealed = try AES.GCM.seal(plain, using: cipherKey).combined else {
            throw CocoaError(.coderInvalidValue)
        }
        return sealed
    }

    /// `nil` for what this key did not encrypt.
    func decrypt(_ sealed: Data) -> Data? {
        guard let box = try? AES.GCM.SealedBox(combined: sealed) else { return nil }
        return try? AES.GCM.open(box, using: cipherKey)
    }
}
