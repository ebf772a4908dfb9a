// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// A provider of identities, and what it may say here: a file in the hub's own folder.
///
/// ```yaml
/// issuer: https://id.example.org/realms/acme
/// certificateAuthority: /etc/trimtab/id-ca.pem   # beside the system's
/// signIn:                                        # people, in browsers
///   client: trimtab
///   secretFile: /etc/trimtab/id-secret           # left out for a client without one
///   title: Acme's single sign-on
///   scopes: [email, groups]
///   user: email                                  # or preferred_username, sub
///   groups: groups
///   session: 1h                                  # how long what it says of somebody counts
///   again: 15m                                   # and after how long it is asked again, when they load a page
/// workloads:                                     # programs, by a token with each request
///   audience: https://hub.example.org
/// ```
package struct IdentityProvider: Sendable {
    package var name: IdentityProviderName
    /// Exactly as its tokens say it.
    package var issuer: Text
    package var certificateAuthority: Text?
    package var browsers: BrowserClient?
    /// Who tokens of programs must be for: one of these. Empty: no program signs in by this provider.
    package var audiences: Set<Text>

    package init(
        name: IdentityProviderName, issuer: Text, certificateAuthority: Text? = nil, browsers: BrowserClient? = nil,
        audiences: Set<Text> = []
    ) {
        self.name = name
        self.issuer = issuer
        self.certificateAuthority = certificateAuthority
        self.browsers = browsers
        self.audiences = audiences
    }
}

/// What the hub is to a provider, and whom it makes of what the provider says.
package struct BrowserClient: Sendable {
    package var id: Text
    /// `nil` for a client that shows none.
    package var secret: Secret<Text>?
    /// For people; the provider's name when it is left out.
    package var title: Text?
    /// Beside `openid`.
    package var scopes: [Text]
    package var people: ClaimMapping
    /// Where browsers come back to; `nil`: where they reach this hub.
    package var hub: WebAddress?
    /// How long what it said of somebody counts.
    package var session: Duration
    /// After how long it is asked to say it again, when they load a page.
    package var again: Duration

    package static let session = Duration.seconds(3600)
    package static let again = Duration.seconds(900)

    package init(
        id: Text, secret: Secret<Text>? = nil, title: Text? = nil, scopes: [Text] = ["email", "profile"],
        people: ClaimMapping = ClaimMapping(), hub: WebAddress? = nil, session: Duration = BrowserClient.session,
        again: Duration = BrowserClient.again
    ) {
        self.session = session
        self.again = again
        self.id = id
        self.secret = secret
        self.title = title
        self.scopes = scopes
        self.people = people
        self.hub = hub
    }
}
