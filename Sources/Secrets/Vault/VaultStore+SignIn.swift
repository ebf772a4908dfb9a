// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

extension VaultStore {
    /// Asks with a token. What is denied to one that the server still knows is denied; only in place of one that it does
    /// not know any more is another asked for.
    func asSignedIn(
        _ ask: (Secret<Text>) async throws(StoreError) -> VaultResponse
    ) async throws(StoreError) -> VaultResponse {
        let granted = try await granted()
        let response = try await ask(granted.token)
        guard response.status == 403, !granted.isFresh, !isStatic, try await lookUp(granted.token).status == 403 else {
            return response
        }
        session.end(granted.token)
        return try await ask(try await self.granted().token)
    }

    private var isStatic: Bool {
        if case .token = connection.signIn { true } else { false }
    }

    private func lookUp(_ token: Secret<Text>) async throws(StoreError) -> VaultResponse {
        try await send(request(.get, "auth/token/lookup-self", token: token))
    }

    func grant() async throws(StoreError) -> Granted {
        switch session.next(now: now()) {
        case .use(let token): return Granted(token: token, isFresh: false)
        case .renew(let token):
            if let renewed = try? await renew(token) { return Granted(token: renewed, isFresh: false) }
            return Granted(token: try await signIn(), isFresh: true)
        case .signIn: return Granted(token: try await signIn(), isFresh: true)
        }
    }

    private func renew(_ token: Secret<Text>) async throws(StoreError) -> Secret<Text> {
        let asked = now()
        let response = try await send(request(.post, "auth/token/renew-self", token: token, body: [:]))
        guard response.status == 200 else { throw response.failure("\(connection.address): renewing the token") }
        return try take(try response.value()["auth"], asked, token)
    }

    private func signIn() async throws(StoreError) -> Secret<Text> {
        let asked = now()
        if case .token(let token) = connection.signIn { return try await lookUp(token, asked) }
        let (path, body) = try login()
        let response = try await send(request(.post, "auth/\(connection.mount)/\(path)", body: body))
        guard response.status == 200 else {
            let doing: Text = "\(connection.address): signing in by \(connection.mount)"
            guard [400, 401, 403, 404].contains(response.status) else { throw response.failure(doing) }
            throw StoreError(
                .signInRefused, "\(doing) was refused",
                advice: "look at the role, and at what the agent's file says of it")
        }
        return try take(try response.value()["auth"], asked, nil)
    }

    /// How long a token that was given has to live.
    private func lookUp(_ token: Secret<Text>, _ asked: Moment) async throws(StoreError) -> Secret<Text> {
        let response = try await lookUp(token)
        switch response.status {
        case 200:
            let data = try response.value()["data"]
            session.granted(
                token, for: .seconds(max(0, data?["ttl"]?.intValue ?? 0)),
                isRenewable: data?["renewable"]?.boolValue ?? false, now: asked)
            return token
        case 403:
            throw StoreError(
                .signInRefused, "\(connection.address): the token is not known there, or has ended",
                advice: "put a new one into the agent's file")
        default: throw response.failure("\(connection.address): looking the token up")
        }
    }

    private func login() throws(StoreError) -> (path: Text, body: Value) {
        switch connection.signIn {
        case .token: return ("", [:])
        case .appRole(let role, let secret):
            return ("login", ["role_id": .string(role), "secret_id": .string(secret.withExposed { $0 })])
        case .jwt(let role, let file), .kubernetes(let role, let file):
            return ("login", ["role": .string(role), "jwt": .string(try token(in: file))])
        case .userpass(let user, let password):
            return (
                "login/\(Text(PercentEncoding.encode(user.utf8)))", ["password": .string(password.withExposed { $0 })]
            )
        }
    }

    private func token(in file: Text) throws(StoreError) -> Text {
        let bytes = try readFile(file)
        guard let text = Text(utf8: bytes.filter { $0 > 0x20 }), !text.isEmpty else {
            throw StoreError(.unconfigured, "\(file): holds no token")
        }
        return text
    }

    /// - Parameter known: the token that was renewed.
    private func take(_ auth: Value?, _ asked: Moment, _ known: Secret<Text>?) throws(StoreError) -> Secret<Text> {
        guard let auth, let text = auth["client_token"]?.stringValue, !text.isEmpty else {
            throw StoreError(.malformed, "\(connection.address): the answer grants no token")
        }
        let token = Secret(text)
        session.granted(
            known ?? token, for: .seconds(max(0, auth["lease_duration"]?.intValue ?? 0)),
            isRenewable: auth["renewable"]?.boolValue ?? false, now: asked)
        return known ?? token
    }
}
