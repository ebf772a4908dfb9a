// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// A key that opens files.
package enum Identity: Sendable {
    case x25519(X25519Identity)
    case hybrid(HybridIdentity)
    case sshEd25519(SSHEd25519Identity)
    case passphrase(Passphrase)

    /// Reads a secret key: `AGE-SECRET-KEY-1…` or `AGE-SECRET-KEY-PQ-1…`. An error does not repeat the text.
    package init(parsing text: Text) throws(AgeError) {
        guard let (name, bytes) = Bech32.decode(text.string) else { throw .key("this is no age secret key") }
        switch name {
        case X25519Identity.name: self = .x25519(try X25519Identity(bytes))
        case HybridIdentity.name: self = .hybrid(try HybridIdentity(bytes))
        case X25519Recipient.name, HybridRecipient.name:
            throw .key("a recipient stands where a secret key belongs (one begins with \"AGE-SECRET-KEY-\")")
        case _ where name.hasPrefix("age-plugin-"):
            throw .unsupported("identities of plugins (\"\(name)\") are not supported")
        default: throw .key("this is no age secret key")
        }
    }

    /// A new key pair.
    package static func generate(isHybrid: Bool = false) throws(AgeError) -> Identity {
        isHybrid ? .hybrid(try HybridIdentity()) : .x25519(X25519Identity())
    }

    /// Whom to encrypt to for this key.
    package var recipient: Recipient {
        switch self {
        case .x25519(let identity): .x25519(identity.recipient)
        case .hybrid(let identity): .hybrid(identity.recipient)
        case .sshEd25519(let identity): .sshEd25519(identity.recipient)
        case .passphrase(let passphrase): .passphrase(passphrase)
        }
    }

    /// The text that ``init(parsing:)`` reads; `nil` for keys that are read from files of their own.
    package var secretText: Secret<Text>? {
        switch self {
        case .x25519(let identity): identity.secretText
        case .hybrid(let identity): identity.secretText
        case .sshEd25519, .passphrase: nil
        }
    }

    var stanzaType: String {
        switch self {
        case .x25519: X25519Recipient.stanzaType
        case .hybrid: HybridRecipient.stanzaType
        case .sshEd25519: SSHEd25519Recipient.stanzaType
        case .passphrase: Passphrase.stanzaType
        }
    }

    /// `nil` when the stanza is for another key of the same type.
    func unwrap(_ stanza: Stanza) throws(AgeError) -> FileKey? {
        switch self {
        case .x25519(let identity): try identity.unwrap(stanza)
        case .hybrid(let identity): try identity.unwrap(stanza)
        case .sshEd25519(let identity): try identity.unwrap(stanza)
        case .passphrase(let passphrase): try passphrase.unwrap(stanza)
        }
    }
}
