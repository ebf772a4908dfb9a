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

/// `/sign-in/with/NAME`, and `/sign-in/with/NAME/return` for what a browser brings back.
struct ProviderPath: Sendable {
    let name: IdentityProviderName
    let isReturn: Bool

    private static let prefix: Text = "/sign-in/with/"

    static func of(_ name: IdentityProviderName) -> Text { "\(prefix)\(name)" }

    init?(_ path: Text) {
        guard path.utf8.starts(with: Self.prefix.utf8) else { return nil }
        let parts = path.utf8.dropFirst(Self.prefix.utf8.count).split(
            separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard let first = parts.first, let name = Text(utf8: first).flatMap(IdentityProviderName.init),
            parts.count == 1 || (parts.count == 2 && parts[1].elementsEqual("return".utf8))
        else { return nil }
        self.name = name
        isReturn = parts.count == 2
    }
}

extension Browsers {
    var transactions: TransactionCookie { TransactionCookie(isSecure: cookie.isSecure) }

    func invitations(next: Text) -> [SignInInvitation.Provider] {
        identities.providers.forBrowsers.map { provider in
            let query = next == "/" ? "" : "?next=\(PercentEncoding.encode(next.utf8))"
            return SignInInvitation.Provider(
                name: provider.name.text, title: provider.browsers?.title ?? provider.name.text,
                path: "\(ProviderPath.of(provider.name))\(Text(query))")
        }
    }

    /// `nil` when there is no such provider, or there are no pages.
    func signIn(byProviderOf path: Text, _ request: Request, _ context: Context) async throws(APIError) -> Response? {
        guard pages != nil, let path = ProviderPath(path) else { return nil }
        if let wait = identities.attempts.wait(for: context.address, now: identities.now()) {
            return try refused(SharedAttempts.tooMany(wait), Failure.tooMany, nil)
        }
        do throws(SignInFault) {
            if path.isReturn { return try await finish(path.name, request, context) }
            return try await begin(path.name, request)
        } catch {
            return try refused(error, path.name, request, context)
        }
    }

    /// Sends the browser to the provider. Another site that sends it here gets no further than the page that asks.
    private func begin(_ name: IdentityProviderName, _ request: Request) async throws(SignInFault) -> Response? {
        let query = Query.read((request.uri.query ?? "").utf8)
        let next = LocalPath(query?["next"]?.stringValue ?? "/").text
        guard origin.isOwn(request) else { return signInPage(next: next) }
        guard let (location, value) = try await identities.providers.begin(name, next: next, hub: hub(of: request))
        else { return nil }
        var response = redirect(to: location)
        response.headers[.setCookie] = transactions.header(value)
        return response
    }

    /// Where the browser reaches us.
    func hub(of request: Request) -> Text { Text(origin.own(request) ?? "") }

    private func finish(
        _ name: IdentityProviderName, _ request: Request, _ context: Context
    ) async throws(SignInFault) -> Response? {
        guard let answer = Query.read((request.uri.query ?? "").utf8) else { throw .foreign }
        let kept = transactions.value(in: request)
        if let pending = identities.providers.pending(kept), pending.isSilent {
            return try await confirm(name, answer, pending, request, context)
        }
        guard let person = try await identities.providers.finish(name, answer, cookie: kept) else { return nil }
        do throws(APIError) {
            try await note(
                SignedIn(by: name.text, address: context.address, groups: person.principal.groups),
                person.principal.actor)
        } catch {
            throw .provider(ProviderError(.unreachable, error.message))
        }
        var response = begin(person.principal, token: nil, standing: person.standing, next: person.next, request)
        response.headers.append(HTTPField(name: .setCookie, value: transactions.removal))
        return response
    }

    private func refused(
        _ fault: SignInFault, _ name: IdentityProviderName, _ request: Request, _ context: Context
    ) throws(APIError) -> Response {
        log.warning(
            "a sign-in failed",
            metadata: ["address": "\(context.address)", "provider": "\(name)", "why": "\(fault)"])
        var error = APIError(.unauthenticated, fault.words)
        if case .provider(let cause) = fault, cause.kind != .refused { error = APIError(.unavailable, fault.words) }
        if fault.isSuspect {
            error = identities.attempts.refuse(context.address, now: identities.now(), fault.words)
        }
        var response = try refused(error, error.code == .tooMany ? Failure.tooMany : fault.words, nil)
        // It is good for nothing any more; another answer would have to bring its own.
        if fault != .foreign { response.headers[.setCookie] = transactions.removal }
        return response
    }
}
