// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Crypto
package import Manifest
package import Model

/// What a token must be to count: the rules of OpenID Connect Core (section 3.1.3.7) and of RFC 8725. A decision: what it
/// says depends on nothing but what it is given.
package struct TokenCheck: Sendable {
    /// Compared by bytes: an address with a slash more is somebody else's.
    package var issuer: Text
    /// Who the token may be for: one of these.
    package var audiences: Set<Text>
    /// Who it must have been given to, where it says so, and it must where it is for several.
    package var party: Text?
    /// What was sent along when it was asked for; `nil` for tokens that nobody asked for here.
    package var nonce: Text?
    /// What came with it, and must if it says so.
    package var accessToken: Text?

    /// By how much clocks may differ.
    package static let skew = Duration.seconds(60)
    package static let longestLife = Duration.seconds(24 * 3600)

    package init(
        issuer: Text, audiences: Set<Text>, party: Text? = nil, nonce: Text? = nil, accessToken: Text? = nil
    ) {
        self.issuer = issuer
        self.audiences = audiences
        self.party = party
        self.nonce = nonce
        self.accessToken = accessToken
    }

    /// What the token says, when it counts.
    package func claims(of token: SignedToken, by keys: KeySet, now: Time) throws(TokenFault) -> Claims {
        let candidates = try keys.candidates(for: token)
        guard candidates.contains(where: { $0.isValid(token.signature, for: token.signed) }) else { throw .signature }
        let claims = token.claims
        guard claims.text("iss") == issuer else { throw .issuer }
        try checkAudience(of: claims)
        try checkTimes(of: claims, now)
        guard let subject = claims.text("sub"), subject.utf8.count <= 256 else { throw .incomplete }
        if let nonce {
            guard let said = claims.text("nonce"), said.isEqualInConstantTime(to: nonce) else { throw .nonce }
        }
        if let said = claims["at_hash"], let accessToken {
            guard said.stringValue == Self.half(of: accessToken, token.algorithm) else { throw .accessToken }
        }
        return claims
    }

    private func checkAudience(of claims: Claims) throws(TokenFault) {
        guard let named = claims.audiences else { throw .incomplete }
        guard named.contains(where: audiences.contains) else { throw .audience }
        guard let party else { return }
        if let said = claims["azp"] {
            guard said.stringValue == party else { throw .party }
        } else {
            guard named.count == 1 else { throw .party }
        }
    }

    private func checkTimes(of claims: Claims, _ now: Time) throws(TokenFault) {
        guard let expires = try claims.time("exp"), let issued = try claims.time("iat") else { throw .incomplete }
        guard now < expires.advanced(by: Self.skew) else { throw .expired }
        let soon = now.advanced(by: Self.skew)
        guard issued <= soon else { throw .early }
        if let begins = try claims.time("nbf") {
            guard begins <= soon else { throw .early }
        }
        guard expires <= issued.advanced(by: Self.longestLife) else { throw .tooLasting }
    }

    /// The left half of the hash that goes with the algorithm (OpenID Connect Core, section 3.1.3.6).
    private static func half(of text: Text, _ algorithm: SignatureAlgorithm) -> Text {
        let bytes = Array(text.utf8)
        switch algorithm {
        case .rs256, .es256: return Base64URL.encode(Array(SHA256.hash(data: bytes)).prefix(16))
        case .edDSA: return Base64URL.encode(Array(SHA512.hash(data: bytes)).prefix(32))
        }
    }
}
