// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// Why a token does not count. Says nothing of what the token holds.
package enum TokenFault: String, Error, Sendable, Hashable, CaseIterable {
    case tooLong = "it has more than 16 kB"
    case malformed = "it is no signed JSON token in order"
    case algorithm = "its algorithm is none of RS256, ES256 and EdDSA"
    case critical = "its header asks for something that is not known here"
    case kind = "it is a token of another kind"
    case noKeyNamed = "it names no key, and its issuer has several"
    case unknownKey = "its issuer has no such key"
    case keyOfOtherKind = "its algorithm is not that of the key that it names"
    case signature = "its signature does not fit"
    case unknownIssuer = "nobody here knows its issuer"
    case issuer = "somebody else issued it"
    case audience = "it is for somebody else"
    case party = "it was given to somebody else"
    case incomplete = "it does not say who it is about, or when it counts"
    case expired = "it counts no longer"
    case early = "it does not count yet"
    case tooLasting = "it counts for more than a day"
    case nonce = "it does not belong to this sign-in"
    case accessToken = "it does not belong to the access token that came with it"
}

extension TokenFault {
    /// Whether it is found only in what the issuer has signed.
    package var isOfGenuine: Bool {
        switch self {
        case .audience, .party, .incomplete, .expired, .early, .tooLasting: true
        case .tooLong, .malformed, .algorithm, .critical, .kind, .noKeyNamed, .unknownKey, .keyOfOtherKind, .signature,
            .unknownIssuer, .issuer, .nonce, .accessToken:
            false
        }
    }
}

extension TokenFault: CustomStringConvertible {
    package var description: String { rawValue }
}
