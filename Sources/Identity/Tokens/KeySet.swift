// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// The keys of an issuer, as it publishes them (RFC 7517, section 5).
package struct KeySet: Sendable {
    package let keys: [VerificationKey]

    private static let limit = 100

    package init(keys: [VerificationKey]) { self.keys = keys }

    /// Keys that are of no use to us are left out, because issuers publish those for others, too. `nil` for what is no
    /// set of keys, or has more than a hundred.
    package init?(_ bytes: [UInt8]) {
        let budget = Budget(bytes: ProviderResponse.limit, depth: 8, nodes: 10_000, documents: 1)
        guard let value = try? JSON.read(bytes, budget: budget), let items = value["keys"]?.arrayValue,
            items.count <= Self.limit
        else { return nil }
        keys = items.compactMap { $0.objectValue.flatMap { VerificationKey($0) } }
    }

    /// Those that the token can have been signed with; at least one.
    func candidates(for token: SignedToken) throws(TokenFault) -> [VerificationKey] {
        guard let id = token.keyID else {
            guard keys.count == 1 else { throw .noKeyNamed }
            guard keys.allSatisfy({ $0.algorithm == token.algorithm }) else { throw .keyOfOtherKind }
            return keys
        }
        let named = keys.filter { $0.id == id }
        guard !named.isEmpty else { throw .unknownKey }
        // Two keys may share an id if they are of different kinds.
        let fitting = named.filter { $0.algorithm == token.algorithm }
        guard !fitting.isEmpty else { throw .keyOfOtherKind }
        return fitting
    }
}
