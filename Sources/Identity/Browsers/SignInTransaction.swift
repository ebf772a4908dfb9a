// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// A sign-in that a browser has begun and not finished. Only that browser has it, sealed, in a cookie.
package struct SignInTransaction: Sendable, Equatable {
    package var provider: IdentityProviderName
    /// Comes back with the answer: nobody else can know it.
    package var state: Text
    /// Stands in the token: it was made for this sign-in.
    package var nonce: Text
    /// What shows that whoever redeems the code is who began (RFC 7636).
    package var verifier: Text
    /// Where the provider sends the browser back to.
    package var redirect: Text
    /// Where the person wanted to go: a path of this server.
    package var next: Text
    package var began: Time
    /// The provider is only to say again who they are: it shows them no page.
    package var isSilent: Bool

    package static let life = Duration.seconds(600)

    /// - Parameter random: 32 bytes that nobody can guess, with each call others.
    package init(
        provider: IdentityProviderName, redirect: Text, next: Text, began: Time, isSilent: Bool = false,
        random: () -> [UInt8]
    ) {
        self.isSilent = isSilent
        self.provider = provider
        self.redirect = redirect
        self.next = next
        self.began = began
        state = Base64URL.encode(random())
        nonce = Base64URL.encode(random())
        verifier = Base64URL.encode(random())
    }

    package func isOpen(at now: Time) -> Bool { began <= now && now < began.advanced(by: Self.life) }
}

extension SignInTransaction {
    var value: Value {
        [
            .string(provider.text), .string(state), .string(nonce), .string(verifier), .string(redirect),
            .string(next), .number(Number(began.nanoseconds)), .bool(isSilent),
        ]
    }

    init?(_ value: Value) {
        guard let items = value.arrayValue, items.count == 8, let began = items[6].intValue,
            let isSilent = items[7].boolValue
        else { return nil }
        let texts = items.prefix(6).compactMap(\.stringValue)
        guard texts.count == 6, let provider = IdentityProviderName(texts[0]) else { return nil }
        self.provider = provider
        (state, nonce, verifier, redirect, next) = (texts[1], texts[2], texts[3], texts[4], texts[5])
        self.began = Time(nanoseconds: began)
        self.isSilent = isSilent
    }
}
