// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Crypto
import Manifest

/// The key of one file: 16 bytes, from which the keys of header and payload are derived.
struct FileKey: Sendable {
    static let length = 16
    /// A wrapped file key with its tag.
    static let wrappedLength = length + 16

    private let key: SymmetricKey

    /// `nil` unless it has 16 bytes.
    init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == Self.length else { return nil }
        key = SymmetricKey(data: Array(bytes))
    }

    private init(_ key: SymmetricKey) { self.key = key }

    static func random() -> FileKey { FileKey(SymmetricKey(size: .bits128)) }

    func derive(info: String, salt: [UInt8] = []) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: key, salt: salt, info: Array(info.utf8), outputByteCount: 32)
    }

    /// Encrypts this key with a key that is used once, hence the fixed nonce of zeros.
    func wrapped(with wrapKey: SymmetricKey) throws(AgeError) -> [UInt8] {
        do {
            let box = try key.withUnsafeBytes { bytes in
                try ChaChaPoly.seal(Array(bytes), using: wrapKey, nonce: Self.nonce())
            }
            return Array(box.ciphertext) + Array(box.tag)
        } catch {
            throw .key("the file key could not be wrapped")
        }
    }

    /// `nil` when the wrap key is not the one that it was encrypted with.
    static func unwrap(_ body: [UInt8], with wrapKey: SymmetricKey) -> FileKey? {
        guard body.count == wrappedLength,
            let box = try? ChaChaPoly.SealedBox(nonce: nonce(), ciphertext: body.prefix(length), tag: body.suffix(16)),
            let plain = try? ChaChaPoly.open(box, using: wrapKey)
        else { return nil }
        return FileKey(plain)
    }

    private static func nonce() throws -> ChaChaPoly.Nonce {
        try ChaChaPoly.Nonce(data: [UInt8](repeating: 0, count: 12))
    }

    func withBytes<Result>(_ body: ([UInt8]) throws -> Result) rethrows -> Result {
        try key.withUnsafeBytes { try body(Array($0)) }
    }
}
