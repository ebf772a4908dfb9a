// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Identity
package import Manifest
package import Model
import Synchronization

/// All that may say at this hub who somebody is, and the sign-ins by it.
package final class Providers: Sendable {
    /// Somebody who was signed in in a browser.
    package struct Person: Sendable {
        package var principal: Principal
        /// A path of this server.
        package var next: Text
        package var standing: Session.Standing
    }

    /// A program that showed a token.
    package struct Program: Sendable {
        package var principal: Principal
        package var until: Time
    }

    private let desks: [IdentityProviderName: ProviderDesk]
    private let seal = TransactionSeal()
    private let answered = Mutex(AnsweredStates())
    private let send: ProviderRequest.Send
    private let now: @Sendable () -> Time

    /// Those by whom people sign in, in the order of their names.
    package let forBrowsers: [IdentityProvider]

    /// - Parameter providers: as ``Providers/check(_:)`` leaves them.
    package init(_ providers: [IdentityProvider], clocks: Clocks, send: @escaping ProviderRequest.Send) {
        let pairs = providers.map { ($0.name, ProviderDesk($0, now: clocks.monotonic, send: send)) }
        desks = Dictionary(pairs) { first, _ in first }
        forBrowsers = providers.filter { $0.browsers != nil }.sorted { $0.name < $1.name }
        self.send = send
        now = clocks.wall
    }

    /// Where nobody signs in by a provider.
    package static func none(clocks: Clocks) -> Providers {
        Providers([], clocks: clocks) { _ throws(ProviderError) in
            throw ProviderError(.unreachable, "there is no provider")
        }
    }

    package var acceptsPrograms: Bool { desks.values.contains { !$0.provider.audiences.isEmpty } }

    /// Begins a sign-in.
    ///
    /// - Parameters:
    ///   - hub: where the browser reaches us: `https://hub.example.org`.
    ///   - isSilent: the provider is to say it again without a word to the person.
    ///   - hint: what it said last.
    /// - Returns: where to send the browser, and what it has to keep; `nil` when there is no such provider.
    package func begin(
        _ name: IdentityProviderName, next: Text, hub: Text, isSilent: Bool = false, hint: Secret<Text>? = nil
    ) async throws(SignInFault) -> (location: Text, cookie: Text)? {
        guard let desk = desks[name], let client = desk.provider.browsers else { return nil }
        let known = try await knowledge(of: desk)
        guard let page = known.metadata.authorization else {
            throw .provider(ProviderError(.unusable, "\(desk.provider.issuer): does not say where people sign in"))
        }
        var transaction = SignInTransaction(
            provider: name, redirect: "\(client.hub?.text ?? hub)/sign-in/with/\(name)/return", next: next,
            began: now(), isSilent: isSilent, random: { RandomBytes.make(32) })
        if let cookie = seal.seal(transaction) { return (transaction.question(to: page, client, hint: hint), cookie) }
        transaction.next = "/"
        guard let cookie = seal.seal(transaction) else { throw .notBegun }
        return (transaction.question(to: page, client, hint: hint), cookie)
    }

    /// The sign-in that a browser has begun, as its cookie says.
    package func pending(_ cookie: Text?) -> SignInTransaction? { cookie.flatMap(seal.open) }

    /// Takes the answer that a browser brings from a provider.
    ///
    /// - Parameters:
    ///   - answer: the query.
    ///   - cookie: what the browser kept.
    package func finish(
        _ name: IdentityProviderName, _ answer: Value, cookie: Text?
    ) async throws(SignInFault) -> Person? {
        guard let desk = desks[name], let client = desk.provider.browsers else { return nil }
        let now = now()
        guard let cookie, let transaction = seal.open(cookie), transaction.isOpen(at: now) else { throw .notBegun }
        guard transaction.provider == name, let state = answer["state"]?.stringValue,
            state.isEqualInConstantTime(to: transaction.state)
        else { throw .foreign }
        guard answered.withLock({ $0.note(state, until: now.advanced(by: SignInTransaction.life), now: now) }) else {
            throw .answered
        }
        let known = try await knowledge(of: desk)
        // An answer that was meant for another provider's sign-in says so (RFC 9207).
        if answer["iss"] != nil || known.metadata.namesIssuer {
            guard answer["iss"]?.stringValue == desk.provider.issuer else { throw .foreign }
        }
        if let error = answer["error"] {
            throw .denied(error.stringValue.flatMap { $0.isErrorCode ? $0 : nil } ?? "without a reason")
        }
        let (claims, token) = try await redeem(answer, transaction, desk, known, client)
        let others = Set(forBrowsers.compactMap { $0.browsers?.people.prefix })
        let standing = Session.Standing(
            provider: name, until: now.advanced(by: client.session), asks: now.advanced(by: client.again),
            every: client.again, hint: token)
        return Person(
            principal: try client.people.principal(of: claims, others: others), next: transaction.next,
            standing: standing)
    }

    private func redeem(
        _ answer: Value, _ transaction: SignInTransaction, _ desk: ProviderDesk, _ known: ProviderDesk.Knowledge,
        _ client: BrowserClient
    ) async throws(SignInFault) -> (Claims, Secret<Text>) {
        guard let code = answer["code"]?.stringValue, !code.isEmpty, code.utf8.count <= 4096,
            code.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { throw .foreign }
        let provider = desk.provider
        guard let address = known.metadata.token else {
            throw .provider(ProviderError(.unusable, "\(provider.issuer): does not say where codes are redeemed"))
        }
        let request = transaction.redemption(
            of: code, at: address, client, secretInForm: known.metadata.takesSecretInForm,
            authority: provider.certificateAuthority)
        let response: ProviderResponse
        do throws(ProviderError) { response = try await send(request) } catch { throw .provider(error) }
        let grant = try TokenGrant(response, from: provider.issuer)
        let check = TokenCheck(
            issuer: provider.issuer, audiences: [client.id], party: client.id, nonce: transaction.nonce,
            accessToken: grant.accessToken)
        return (try await desk.claims(of: grant.identity, check, at: now()), grant.identityText)
    }

    /// Who shows a token with a request.
    package func program(_ text: Text) async throws(SignInFault) -> Program {
        let token: SignedToken
        do throws(TokenFault) { token = try SignedToken(parsing: text) } catch { throw .token(error) }
        // The issuer only says where to look; the signature says whether it is true.
        guard let issuer = token.claimedIssuer,
            let desk = desks.values.first(where: { $0.provider.issuer == issuer && !$0.provider.audiences.isEmpty })
        else { throw .token(.unknownIssuer) }
        let provider = desk.provider
        let check = TokenCheck(issuer: provider.issuer, audiences: provider.audiences)
        let claims = try await desk.claims(of: token, check, at: now())
        guard let subject = claims.text("sub"),
            let principal = Principal.workload(provider.name, subject, claims: claims.scalars)
        else { throw .person("has a name that is more than one line of 256 bytes") }
        let expires: Time?
        do throws(TokenFault) { expires = try claims.time("exp") } catch { throw .token(error) }
        return Program(
            principal: principal, until: (expires ?? now()).advanced(by: TokenCheck.skew))
    }

    private func knowledge(of desk: ProviderDesk) async throws(SignInFault) -> ProviderDesk.Knowledge {
        do throws(ProviderError) { return try await desk.knowledge() } catch { throw .provider(error) }
    }
}
