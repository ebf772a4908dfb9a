// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Crypto
package import Manifest

/// Seals sign-ins into cookies that nobody else can read or make. The server keeps nothing of a sign-in that was begun:
/// strangers can begin as many as they like.
package struct TransactionSeal: Sendable {
    private let key: SymmetricKey

    private static let purpose = Array("trimtab sign-in 1".utf8)
    /// What browsers keep of a cookie.
    private static let limit = 4000

    /// A new key: a restart forgets the sign-ins that are under way.
    package init() { key = SymmetricKey(size: .bits256) }

    /// `nil` when it is too long for a cookie.
    package func seal(_ transaction: SignInTransaction) -> Text? {
        guard
            let box = try? AES.GCM.seal(JSON.write(transaction.value), using: key, authenticating: Self.purpose),
            let bytes = box.combined
        else { return nil }
        let text = Base64URL.encode(Array(bytes))
        return text.utf8.count <= Self.limit ? text : nil
    }

    /// `nil` for what this seal has not made.
    package func open(_ text: Text) -> SignInTransaction? {
        guard text.utf8.count <= Self.limit, let bytes = Base64URL.decode(text.utf8),
            let box = try? AES.GCM.SealedBox(combined: bytes),
            let plain = try? AES.GCM.open(box, using: key, authenticating: Self.purpose)
        else { return nil }
        return (try? JSON.read(Array(plain))).flatMap { SignInTransaction($0) }
    }
}
