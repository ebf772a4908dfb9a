// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// A key that a file's data key is encrypted with, and the data key (or a part of it) so encrypted.
package struct MasterKey: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        /// A recipient of age: `age1…` or an SSH public key.
        case age(recipient: Text)
        /// The fingerprint of an OpenPGP key.
        case pgp(fingerprint: Text)
        /// A key of Vault's or OpenBao's transit engine.
        case transit(TransitKey)
        /// Key services of clouds, which we do not speak to.
        case other(kind: Text, name: Text)
    }

    package var kind: Kind
    /// Empty until the data key is encrypted with it.
    package var encrypted: Text
    /// In RFC 3339; not kept for age.
    package var created: Text

    package init(_ kind: Kind, encrypted: Text = "", created: Text = "") {
        self.kind = kind
        self.encrypted = encrypted
        self.created = created
    }
}

/// Where a key of the transit engine lies.
package struct TransitKey: Sendable, Hashable {
    /// `https://vault.example.org:8200`
    package var address: Text
    /// Where the engine is mounted: `transit`.
    package var engine: Text
    package var name: Text

    package init(address: Text, engine: Text, name: Text) {
        self.address = address
        self.engine = engine
        self.name = name
    }

    /// `https://vault.example.org:8200/v1/transit/keys/sops`; `nil` for anything else.
    package init?(parsing url: Text) {
        guard
            let (address, path) = url.string.firstRange(of: "/v1/").map({ range in
                (url.string[..<range.lowerBound], url.string[range.upperBound...])
            }), address.hasPrefix("http://") || address.hasPrefix("https://")
        else { return nil }
        let parts = path.split(separator: "/")
        guard parts.count >= 3, parts[parts.count - 2] == "keys", let name = parts.last else { return nil }
        self.init(
            address: Text(String(address)), engine: Text(parts.dropLast(2).joined(separator: "/")),
            name: Text(String(name)))
    }
}

extension MasterKey.Kind: CustomStringConvertible {
    package var description: String {
        switch self {
        case .age(let recipient): "age \(recipient)"
        case .pgp(let fingerprint): "pgp \(fingerprint)"
        case .transit(let key): "hc_vault \(key.address)/v1/\(key.engine)/keys/\(key.name)"
        case .other(let kind, let name): "\(kind) \(name)"
        }
    }
}
