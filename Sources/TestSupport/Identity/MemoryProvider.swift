// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Crypto
import Foundation
import API
package import Identity
package import Manifest
package import Model
package import Synchronization

/// A provider of identities in memory, which does what a test tells it: for the lies that no real one tells.
package final class MemoryProvider: Sendable {
    package struct State: Sendable {
        package var keys: [TestKey] = [.rsa, .p256, .ed25519]
        package var signer = TestKey.rsa
        /// Beside those of every token.
        package var claims: Object = [:]
        /// Changes of what it says of itself.
        package var metadata: Object = [:]
        package var isAway = false
        /// Paths that it was asked for.
        package var asked: [Text] = []
        fileprivate var grants: [Text: Grant] = [:]
    }

    fileprivate struct Grant: Sendable {
        var challenge: Text
        var redirect: Text
        var nonce: Text
        var client: Text
    }

    package let issuer: Text
    package let state = Mutex(State())
    private let now: @Sendable () -> Time

    package init(_ issuer: Text, now: @escaping @Sendable () -> Time) {
        self.issuer = issuer
        self.now = now
    }

    /// Claims of a token in order, for an hour.
    package func claims(for audience: Text, subject: Text = "ada", _ more: Object = [:]) -> Value {
        let seconds = now().nanoseconds / 1_000_000_000
        var claims: Object = [
            "iss": .string(issuer), "sub": .string(subject), "aud": .string(audience),
            "iat": .number(Number(seconds)), "exp": .number(Number(seconds + 3600)),
        ]
        for (name, value) in more.pairs { claims[name] = value }
        return .object(claims)
    }

    /// Plays the browser at the provider's page, and gives what it brings back.
    package func agree(to question: Text) throws -> [Text: Text] {
        let query = Query.read(question.utf8.drop { $0 != UInt8(ascii: "?") }.dropFirst())
        func text(_ key: Text) -> Text { query?[key]?.stringValue ?? "" }
        guard text("code_challenge_method") == "S256", text("response_type") == "code" else {
            throw ProviderError(.refused, "PKCE is enforced here")
        }
        let code = Base64URL.encode(Array(SHA256.hash(data: Array(text("state").utf8))))
        state.withLock {
            $0.grants[code] = Grant(
                challenge: text("code_challenge"), redirect: text("redirect_uri"), nonce: text("nonce"),
                client: text("client_id"))
        }
        return ["code": code, "state": text("state")]
    }

    package func send(_ request: ProviderRequest) async throws(ProviderError) -> ProviderResponse {
        let path = Text(String(request.url.string.dropFirst(issuer.string.count)))
        let isAway = state.withLock { state in
            state.asked.append(path)
            return state.isAway
        }
        guard !isAway, request.url.utf8.starts(with: issuer.utf8) else {
            throw ProviderError(.unreachable, "\(issuer): is away")
        }
        switch path {
        case "/.well-known/openid-configuration": return answer(metadata)
        case "/keys": return answer(["keys": .array(state.withLock { $0.keys.map(\.published) })])
        case "/token": return redeem(request)
        default: return answer(["error": "not_found"], status: 404)
        }
    }

    private var metadata: Value {
        var object: Object = [
            "issuer": .string(issuer), "authorization_endpoint": .string("\(issuer)/page"),
            "token_endpoint": .string("\(issuer)/token"), "jwks_uri": .string("\(issuer)/keys"),
        ]
        for (name, value) in state.withLock(\.metadata).pairs { object[name] = value }
        return .object(object)
    }

    /// A code counts once, with the verifier that its challenge was made from.
    private func redeem(_ request: ProviderRequest) -> ProviderResponse {
        let form = request.form?.withExposed { Query.read($0) }
        func text(_ key: Text) -> Text { form?[key]?.stringValue ?? "" }
        let code = text("code")
        guard let grant = state.withLock({ $0.grants.removeValue(forKey: code) }),
            grant.redirect == text("redirect_uri"),
            Base64URL.encode(Array(SHA256.hash(data: Array(text("code_verifier").utf8)))) == grant.challenge
        else { return answer(["error": "invalid_grant"], status: 400) }
        let (signer, more) = state.withLock { ($0.signer, $0.claims) }
        var claims: Object = ["nonce": .string(grant.nonce)]
        for (name, value) in more.pairs { claims[name] = value }
        return answer([
            "access_token": "opaque", "token_type": "Bearer",
            "id_token": .string(signer.token(self.claims(for: grant.client, claims))),
        ])
    }

    private func answer(_ value: Value, status: Int = 200) -> ProviderResponse {
        ProviderResponse(status: status, body: Secret(JSON.write(value)))
    }
}
