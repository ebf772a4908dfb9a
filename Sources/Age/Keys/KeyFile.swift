// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// A file of secret keys, as `age-keygen` writes it: one on each line, comments behind `#`; or a private key of SSH.
package enum KeyFile {
    /// Bytes of a file of keys, at most.
    package static let limit = 1 << 20

    /// - Throws: an error that names the line and repeats nothing of it.
    package static func identities(_ bytes: [UInt8]) throws(AgeError) -> [Identity] {
        if SSHPrivateKey.isPresent(in: bytes) { return [.sshEd25519(try SSHEd25519Identity(keyFile: bytes))] }
        if Armor.isMeant(in: bytes) || bytes.starts(with: Header.firstLine) {
            throw .unsupported("key files that are encrypted themselves are not supported: decrypt it first")
        }
        return try lines(of: bytes) { text throws(AgeError) in try Identity(parsing: text) }
    }

    /// A file of recipients: one on each line.
    package static func recipients(_ bytes: [UInt8]) throws(AgeError) -> [Recipient] {
        try lines(of: bytes) { text throws(AgeError) in try Recipient(parsing: text) }
    }

    private static func lines<Key>(
        of bytes: [UInt8], _ read: (Text) throws(AgeError) -> Key
    ) throws(AgeError) -> [Key] {
        guard bytes.count <= limit else { throw .key("the key file has more than \(limit) bytes") }
        var keys: [Key] = []
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            var line = line.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
            while let last = line.last, last == 0x20 || last == 0x09 || last == 0x0D { line.removeLast() }
            guard let first = line.first, first != UInt8(ascii: "#") else { continue }
            guard let text = Text(utf8: line) else { throw .key("line \(index + 1): not a text") }
            do throws(AgeError) {
                keys.append(try read(text))
            } catch {
                throw .key("line \(index + 1): \(error)")
            }
        }
        guard !keys.isEmpty else { throw .key("the key file holds no key") }
        return keys
    }
}
