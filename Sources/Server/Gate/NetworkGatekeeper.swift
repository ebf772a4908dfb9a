// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import HTTPTypes
import Hummingbird
import Identity
import Logging
import Manifest
import Model
import SignIn

/// Knows those who come over the network by a token with each request, ours or that of a provider, or by the cookie of a
/// session.
///
/// Nothing else of a request says who somebody is. What proxies say in headers counts, from those that are trusted, for
/// where a request comes from alone.
struct NetworkGatekeeper: Gatekeeper {
    let identities: Identities
    let cookie: SessionCookie
    let log: Logger

    func admit(_ request: Request, _ context: Context) async throws(APIError) -> Admission {
        let authorizations = request.headers[values: .authorization]
        guard authorizations.count <= 1 else {
            throw APIError(.invalid, "the request has more than one header \"authorization\"")
        }
        if let authorization = authorizations.first { return try await bearer(Text(authorization), context) }
        return try session(of: request)
    }

    private func bearer(_ authorization: Text, _ context: Context) async throws(APIError) -> Admission {
        let scheme: Text = "bearer "
        let head = authorization.utf8.prefix(scheme.utf8.count).map { $0 | 0x20 }
        guard head == Array(scheme.utf8), let text = Text(utf8: authorization.utf8.dropFirst(scheme.utf8.count)) else {
            throw APIError(.unauthenticated, "sign in with \"authorization: Bearer TOKEN\"")
        }
        if identities.providers.acceptsPrograms, SignedToken.resembles(text) { return try await program(text, context) }
        guard let record = identities.tokens.record(of: text) else {
            throw identities.attempts.refuse(context.address, now: identities.now(), "this token does not count")
        }
        guard !record.isForOneSignIn else {
            throw APIError(
                .unauthenticated, "this token is for one sign-in in a browser",
                advice: "make one for programs with \"trimtab auth token create\"")
        }
        await identities.tokens.noteUse(of: record.name)
        let (tokens, name, digest) = (identities.tokens, record.name, record.digest)
        return Admission(principal: record.principal, isGood: { tokens.isGood(name, digest: digest) })
    }

    /// A program that shows what its provider signed. It counts as long as the token does.
    private func program(_ text: Text, _ context: Context) async throws(APIError) -> Admission {
        do throws(SignInFault) {
            let program = try await identities.providers.program(text)
            let now = identities.now
            return Admission(principal: program.principal, isGood: { now() < program.until })
        } catch {
            log.warning(
                "a token of a provider does not count", metadata: ["address": "\(context.address)", "why": "\(error)"])
            if case .provider = error {
                throw APIError(
                    .unavailable, "the provider of this token cannot be asked", advice: "try again in a minute")
            }
            // Why is for those who hold a token that its issuer has signed.
            var reason: Text = "this token does not count"
            if case .token(let fault) = error, fault.isOfGenuine {
                reason = "this token does not count: \(Text(fault.rawValue))"
            }
            throw identities.attempts.refuse(context.address, now: identities.now(), reason)
        }
    }

    private func session(of request: Request) throws(APIError) -> Admission {
        guard let value = cookie.value(in: request), let session = find(value, isUse: !Browsers.isByItself(request))
        else {
            throw APIError(.unauthenticated, "sign in first", advice: "\"trimtab login\" does it for the command line")
        }
        // What stays open ends when its asker is in other groups.
        return Admission(
            principal: session.principal, formToken: session.formToken,
            isGood: { find(value, isUse: false)?.principal == session.principal })
    }

    /// A session ends with the token that began it.
    private func find(_ value: Text, isUse: Bool) -> Session? {
        guard let session = identities.sessions.session(of: value, isUse: isUse) else { return nil }
        if let token = session.token, !identities.tokens.isGood(token.name, digest: token.digest) { return nil }
        return session
    }
}
