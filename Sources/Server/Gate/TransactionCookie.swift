// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Hummingbird
import Identity
import Manifest

/// The cookie in which a browser keeps a sign-in that it has begun. Lax, because the answer comes from the provider's
/// page; sealed, because nobody but this server has to read it.
struct TransactionCookie: Sendable {
    let isSecure: Bool

    private var name: String { isSecure ? "__Host-trimtab-sign-in" : "trimtab-sign-in" }

    func value(in request: Request) -> Text? { SessionCookie.value(named: name, in: request) }

    func header(_ value: Text) -> String { "\(base(value)); Max-Age=\(SignInTransaction.life.components.seconds)" }

    var removal: String { "\(base("")); Max-Age=0" }

    private func base(_ value: Text) -> String {
        "\(name)=\(value); Path=/; HttpOnly; SameSite=Lax\(isSecure ? "; Secure" : "")"
    }
}
