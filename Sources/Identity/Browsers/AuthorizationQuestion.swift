// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Crypto
package import Manifest

extension SignInTransaction {
    private static let longestHint = 2000

    /// Where to send the browser: the provider's page with the question (OpenID Connect Core, section 3.1.2.1) and the
    /// challenge that the verifier answers (RFC 7636).
    ///
    /// - Parameter hint: the token that it gave last, for a question that it is to answer without a word.
    package func question(to address: WebAddress, _ client: BrowserClient, hint: Secret<Text>? = nil) -> Text {
        let challenge = Base64URL.encode(Array(SHA256.hash(data: Array(verifier.utf8))))
        let scopes = ["openid"] + client.scopes.map(\.string).filter { $0 != "openid" }
        // It answers at once, or that it would have to ask the person.
        var silent: [(String, Text)] = isSilent ? [("prompt", "none")] : []
        // Servers take no longer addresses; most providers need no hint.
        hint?.withExposed { if $0.utf8.count <= Self.longestHint { silent.append(("id_token_hint", $0)) } }
        let query = Self.form(
            silent + [
                ("response_type", "code"), ("client_id", client.id), ("redirect_uri", redirect),
                ("scope", Text(scopes.joined(separator: " "))), ("state", state), ("nonce", nonce),
                ("code_challenge", challenge), ("code_challenge_method", "S256"),
            ])
        let mark = address.text.utf8.contains(UInt8(ascii: "?")) ? "&" : "?"
        return "\(address.text)\(Text(mark))\(query)"
    }

    /// What redeems a code (RFC 6749, section 4.1.3).
    package func redemption(
        of code: Text, at address: WebAddress, _ client: BrowserClient, secretInForm: Bool, authority: Text?
    ) -> ProviderRequest {
        var fields: [(String, Text)] = [
            ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", redirect),
            ("code_verifier", verifier),
        ]
        var authorization: Secret<Text>?
        switch client.secret {
        case nil: fields.append(("client_id", client.id))
        case let secret? where secretInForm:
            fields.append(("client_id", client.id))
            secret.withExposed { fields.append(("client_secret", $0)) }
        case let secret?:
            // Both are encoded first (RFC 6749, section 2.3.1).
            let pair = secret.withExposed {
                "\(PercentEncoding.encode(client.id.utf8)):\(PercentEncoding.encode($0.utf8))"
            }
            authorization = Secret("Basic \(Text(Base64.encode(Array(pair.utf8))))")
        }
        return ProviderRequest(
            url: address.text, form: Secret(Array(Self.form(fields).utf8)), authorization: authorization,
            certificateAuthority: authority)
    }

    private static func form(_ fields: [(String, Text)]) -> Text {
        Text(fields.map { "\($0)=\(PercentEncoding.encode($1.utf8))" }.joined(separator: "&"))
    }
}

/// What came for a code (OpenID Connect Core, section 3.1.3.3).
package struct TokenGrant: Sendable {
    package var identity: SignedToken
    /// As it came.
    package var identityText: Secret<Text>
    package var accessToken: Text?

    package init(_ response: ProviderResponse, from issuer: Text) throws(SignInFault) {
        guard response.status == 200 else {
            throw .provider(ProviderError(.refused, "\(issuer): does not redeem a code: \(Self.reason(of: response))"))
        }
        guard let object = response.object, let text = object["id_token"]?.stringValue else {
            throw .provider(ProviderError(.unusable, "\(issuer): gives no token for a code"))
        }
        do { identity = try SignedToken(parsing: text) } catch { throw .token(error) }
        identityText = Secret(text)
        accessToken = object["access_token"]?.stringValue
    }

    /// The word that RFC 6749 has for it, or the status.
    private static func reason(of response: ProviderResponse) -> Text {
        guard let word = response.object?["error"]?.stringValue, word.isErrorCode else {
            return "status \(response.status)"
        }
        return word
    }
}

extension Text {
    /// Whether it is a word such as `access_denied`, which may be shown in a log.
    package var isErrorCode: Bool {
        !isEmpty && utf8.count <= 64 && utf8.allSatisfy { (0x61...0x7A).contains($0) || $0 == 0x5F }
    }
}
