// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// A signed JSON token in its compact form (RFC 7515, RFC 7519) that was taken apart. Nothing in it counts before
/// ``TokenCheck`` has held it against its issuer's keys.
package struct SignedToken: Sendable {
    package let algorithm: SignatureAlgorithm
    /// `kid`
    package let keyID: Text?
    /// What was signed: the first two parts as they came.
    let signed: [UInt8]
    let signature: [UInt8]
    let claims: Claims

    package static let limit = 16 << 10

    /// The reader refuses keys that come twice, so nobody reads another claim than we do.
    package init(parsing text: Text) throws(TokenFault) {
        guard text.utf8.count <= Self.limit else { throw .tooLong }
        let parts = Array(text.utf8).split(
            separator: UInt8(ascii: "."), maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 3, let head = Base64URL.decode(parts[0]), let payload = Base64URL.decode(parts[1]),
            let signature = Base64URL.decode(parts[2]), let header = Self.object(head), let body = Self.object(payload)
        else { throw .malformed }
        // Extensions that must be understood; that of RFC 7797, which changes what is signed, is one.
        guard header["crit"] == nil, header["b64"] == nil else { throw .critical }
        if let kind = header["typ"] {
            guard let text = kind.stringValue, text.string.uppercased() == "JWT" else { throw .kind }
        }
        guard header["cty"] == nil else { throw .kind }
        guard let name = header["alg"]?.stringValue, let algorithm = SignatureAlgorithm(rawValue: name.string) else {
            throw .algorithm
        }
        if let keyID = header["kid"] {
            guard let text = keyID.stringValue, text.utf8.count <= 512 else { throw .malformed }
            self.keyID = text
        } else {
            keyID = nil
        }
        self.algorithm = algorithm
        signed = Array(parts[0]) + [UInt8(ascii: ".")] + parts[1]
        self.signature = signature
        claims = Claims(body)
    }

    /// Whose keys to look among; whether it is true is another question.
    package var claimedIssuer: Text? { claims.text("iss") }

    /// Whether somebody meant to send such a token: they all begin with a header, `{"`.
    package static func resembles(_ text: Text) -> Bool {
        text.utf8.starts(with: "ey".utf8) && text.utf8.contains(UInt8(ascii: "."))
    }

    private static func object(_ bytes: [UInt8]) -> Object? {
        let budget = Budget(bytes: limit, depth: 8, nodes: 2000, documents: 1)
        return (try? JSON.read(bytes, budget: budget))?.objectValue
    }
}

/// How a token may be signed (RFC 7518, RFC 8037). There is no other way: no shared secret, and nothing at all least.
package enum SignatureAlgorithm: String, Sendable, Hashable, CaseIterable {
    /// RSA with SHA-256, PKCS #1 v1.5.
    case rs256 = "RS256"
    /// ECDSA on P-256 with SHA-256.
    case es256 = "ES256"
    /// Ed25519.
    case edDSA = "EdDSA"
}
