// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// Whom a file is encrypted to.
package enum Recipient: Sendable {
    case x25519(X25519Recipient)
    case hybrid(HybridRecipient)
    case sshEd25519(SSHEd25519Recipient)
    case passphrase(Passphrase)

    /// Reads a public key: `age1…`, `age1pq1…` or `ssh-ed25519 …`.
    package init(parsing text: Text) throws(AgeError) {
        let string = text.string
        if string.hasPrefix("ssh-") {
            self = .sshEd25519(try SSHEd25519Recipient(parsing: string))
            return
        }
        guard let (name, bytes) = Bech32.decode(string) else {
            throw .key("\"\(string.prefix(24))\" is no age recipient (one begins with \"age1\")")
        }
        switch name {
        case X25519Recipient.name: self = .x25519(try X25519Recipient(bytes))
        case HybridRecipient.name: self = .hybrid(try HybridRecipient(bytes))
        case "age-secret-key-", "age-secret-key-pq-":
            throw .key("a secret key stands where a recipient belongs: give its public key, which begins with \"age1\"")
        case _ where name.hasPrefix("age1"):
            throw .unsupported("recipients of plugins (\"\(name)\") are not supported")
        default: throw .key("\"\(string.prefix(24))\" is no age recipient (one begins with \"age1\")")
        }
    }

    var isPassphrase: Bool {
        if case .passphrase = self { true } else { false }
    }

    func wrap(_ fileKey: FileKey) throws(AgeError) -> Stanza {
        switch self {
        case .x25519(let recipient): try recipient.wrap(fileKey)
        case .hybrid(let recipient): try recipient.wrap(fileKey)
        case .sshEd25519(let recipient): try recipient.wrap(fileKey)
        case .passphrase(let passphrase): try passphrase.wrap(fileKey)
        }
    }
}

extension Recipient: CustomStringConvertible {
    /// As it is read; not the passphrase.
    package var description: String {
        switch self {
        case .x25519(let recipient): recipient.description
        case .hybrid(let recipient): recipient.description
        case .sshEd25519(let recipient): recipient.description
        case .passphrase: "a passphrase"
        }
    }
}
