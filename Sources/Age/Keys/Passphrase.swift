// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Crypto
import CryptoExtras
package import Manifest

/// A key made from a passphrase by scrypt.
package struct Passphrase: Sendable {
    static let stanzaType = "scrypt"
    private static let label = Array("age-encryption.org/v1/scrypt".utf8)

    private let text: Secret<Text>
    /// The base-two logarithm of the work that encrypting takes: 18 is 256 MiB and about a second.
    private let work: Int
    /// Of what decrypting may take. Whoever writes a header chooses its work, and each step doubles memory and time: 20
    /// is 1 GiB.
    private let workLimit: Int

    package init(_ text: Secret<Text>, work: Int = 18, workLimit: Int = 20) {
        self.text = text
        self.work = work
        self.workLimit = workLimit
    }

    func wrap(_ fileKey: FileKey) throws(AgeError) -> Stanza {
        let salt = SymmetricKey(size: .bits128).withUnsafeBytes { Array($0) }
        let key = try wrapKey(salt: salt, work: work)
        return Stanza(
            type: Self.stanzaType, arguments: [Base64.encode(salt, .unpadded), String(work)],
            body: try fileKey.wrapped(with: key))
    }

    func unwrap(_ stanza: Stanza) throws(AgeError) -> FileKey? {
        try stanza.expect(arguments: 2)
        let salt = try stanza.bytes(ofArgument: 0, count: 16, "salt")
        let digits = stanza.arguments[1].utf8
        guard let first = digits.first, first != UInt8(ascii: "0"),
            digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { throw .header("the work factor of a scrypt recipient is no number") }
        // Before any memory is taken.
        guard let work = Int(stanza.arguments[1]), work <= workLimit else {
            throw .header(
                "a work factor of 2^\(stanza.arguments[1].prefix(20)) is more than the limit of 2^\(workLimit)")
        }
        try stanza.expectFileKey()
        return FileKey.unwrap(stanza.body, with: try wrapKey(salt: salt, work: work))
    }

    private func wrapKey(salt: [UInt8], work: Int) throws(AgeError) -> SymmetricKey {
        guard (1...30).contains(work) else { throw .key("a work factor of 2^\(work) cannot be") }
        let key = text.withExposed { text in
            try? KDF.Scrypt.deriveKey(
                from: Array(text.utf8), salt: Self.label + salt, outputByteCount: 32, rounds: 1 << work, blockSize: 8,
                parallelism: 1)
        }
        guard let key else { throw .key("there is not enough memory for a work factor of 2^\(work)") }
        return key
    }
}
