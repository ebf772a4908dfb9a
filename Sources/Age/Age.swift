// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// The age file format, version 1 (c2sp.org/age).
package enum Age {
    /// Whether a file begins as an age file does, with or without armor.
    package static func isEncrypted(_ file: some Collection<UInt8>) -> Bool {
        file.starts(with: Header.firstLine) || Armor.isPresent(in: file)
    }

    /// Encrypts for anyone who holds one of the recipients' keys.
    package static func encrypt(
        _ plain: [UInt8], to recipients: [Recipient], armored: Bool = false
    ) throws(AgeError) -> [UInt8] {
        guard !recipients.isEmpty else { throw .key("a file needs at least one recipient") }
        if recipients.contains(where: \.isPassphrase), recipients.count > 1 {
            throw .key("a passphrase cannot be mixed with other recipients")
        }
        let fileKey = FileKey.random()
        var stanzas: [Stanza] = []
        for recipient in recipients { stanzas.append(try recipient.wrap(fileKey)) }
        var file = Header.write(stanzas, fileKey: fileKey)
        try Payload.encrypt(plain, fileKey: fileKey, into: &file)
        return armored ? Armor.encode(file) : file
    }

    /// Decrypts a file, with or without armor, in memory.
    package static func decrypt(_ file: [UInt8], with identities: [Identity]) throws(AgeError) -> Secret<[UInt8]> {
        var plain: [UInt8] = []
        plain.reserveCapacity(file.count)
        try decrypt(file, with: identities) { plain += $0 }
        return Secret(plain)
    }

    /// Decrypts a file chunk by chunk. What `release` was given is authentic, but if this throws later, more should have
    /// followed.
    package static func decrypt(
        _ file: [UInt8], with identities: [Identity], release: ([UInt8]) -> Void
    ) throws(AgeError) {
        let file = Armor.isMeant(in: file) ? try Armor.decode(file) : file
        let header = try Header(file)
        let fileKey = try unwrap(header.stanzas, with: identities)
        try header.verify(with: fileKey)
        try Payload.decrypt(file[header.length...], fileKey: fileKey, release: release)
    }

    private static func unwrap(_ stanzas: [Stanza], with identities: [Identity]) throws(AgeError) -> FileKey {
        // Whoever encrypts with a passphrase expects that only who knows it can have made the file.
        if stanzas.count > 1, stanzas.contains(where: { $0.type == Passphrase.stanzaType }) {
            throw .header("a passphrase must be the only recipient")
        }
        for identity in identities {
            for stanza in stanzas where stanza.type == identity.stanzaType {
                if let key = try identity.unwrap(stanza) { return key }
            }
        }
        throw .noMatch(recipients: stanzas.map(\.type))
    }
}
