// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// What stands where a signature may stand.
package enum SignatureBlock: Sendable, Hashable {
    case none
    case embedded(EmbeddedSignature)
    /// A block that is neither GPG nor SSH, or more than one block.
    case unreadable(reason: String)
}

/// A signature as it lies in a commit or tag, and the bytes that it signs.
package struct EmbeddedSignature: Sendable, Hashable {
    package enum Scheme: String, Sendable, Hashable {
        case gpg, ssh
    }

    package var scheme: Scheme
    package var signature: [UInt8]
    package var payload: [UInt8]

    package init(scheme: Scheme, signature: [UInt8], payload: [UInt8]) {
        self.scheme = scheme
        self.signature = signature
        self.payload = payload
    }

    /// Tells the scheme by the armour's first line. S/MIME and anything else is `nil`.
    static func scheme(of signature: some Collection<UInt8>) -> Scheme? {
        if signature.starts(with: "-----BEGIN PGP SIGNATURE-----\n".utf8)
            || signature.starts(with: "-----BEGIN PGP MESSAGE-----\n".utf8)
        {
            return .gpg
        }
        return signature.starts(with: "-----BEGIN SSH SIGNATURE-----\n".utf8) ? .ssh : nil
    }
}
