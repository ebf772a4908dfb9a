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

/// A provider says who somebody is, and in which groups, at the sign-in; what it says counts for a while. When they load
/// a page after that, the browser passes by the provider once more, which answers without a word to the person.
extension Browsers {
    /// What comes of a form within this time is not led away: browsers follow a form to no other site here.
    private static let afterForm = Duration.seconds(10)

    /// What a provider says that would have to ask somebody, or lets them in no more (OpenID Connect Core, section
    /// 3.1.2.6). Anything else says that it cannot be asked like this.
    private static let endings: Set<Text> = [
        "login_required", "interaction_required", "consent_required", "account_selection_required", "access_denied",
    ]

    private static let fetchMode = HTTPField.Name("sec-fetch-mode")

    /// Sends the browser to the provider; `nil` where it need not be asked, and where it cannot be.
    func renewal(_ request: Request) async -> Response? {
        guard let value = cookie.value(in: request),
            let session = identities.sessions.session(of: value, isUse: false), let standing = session.standing
        else { return nil }
        if request.method == .post { identities.sessions.putOff(value, by: Self.afterForm) }
        guard isNavigation(request), !isOfForm(request), standing.asks <= identities.now() else { return nil }
        // Somebody signs in in another tab just now: its answer needs the cookie that this would replace.
        if let begun = identities.providers.pending(transactions.value(in: request)), !begun.isSilent,
            identities.now() < begun.began.advanced(by: SignInTransaction.life)
        {
            return nil
        }
        // Whatever comes of it, nobody is held up by it a second time.
        identities.sessions.putOff(value, by: standing.every)
        do throws(SignInFault) {
            let next = LocalPath(Text(request.head.path ?? "/")).text
            let begun = try await identities.providers.begin(
                standing.provider, next: next, hub: hub(of: request), isSilent: true, hint: standing.hint)
            guard let begun else { return nil }
            var response = redirect(to: begun.location)
            response.headers[.setCookie] = transactions.header(begun.cookie)
            return response
        } catch {
            log.warning(
                "a provider cannot be asked again", metadata: ["provider": "\(standing.provider)", "why": "\(error)"])
            return nil
        }
    }

    /// A person who loads a page: no program, no part of a page and no stream.
    private func isNavigation(_ request: Request) -> Bool {
        request.method == .get && request.headers[values: .authorization].isEmpty
            && request.headers[values: .accept].contains { $0.utf8.starts(with: "text/html".utf8) }
            && (Self.fetchMode.map { request.headers[values: $0] } ?? []).allSatisfy { $0 == "navigate" }
            && (Self.partHeader.map { request.headers[values: $0] } ?? []).isEmpty
    }

    /// What a filter of a page of ours may have sent, which browsers let no redirect lead to another site.
    private func isOfForm(_ request: Request) -> Bool {
        !(request.uri.query ?? "").isEmpty && !request.headers[values: .referer].isEmpty
    }

    /// Takes what the provider says of somebody who is signed in. It is the same person, or the session is over: nobody
    /// becomes somebody else on the way.
    func confirm(
        _ name: IdentityProviderName, _ answer: Value, _ pending: SignInTransaction, _ request: Request,
        _ context: Context
    ) async throws(SignInFault) -> Response? {
        let person: Providers.Person
        do throws(SignInFault) {
            let found = try await identities.providers.finish(name, answer, cookie: transactions.value(in: request))
            guard let found else { return nil }
            person = found
        } catch {
            switch error {
            // Somebody else's answer says nothing of this session.
            case .notBegun, .foreign, .answered: throw error
            case .provider(let cause) where cause.kind != .refused: return goOn(to: pending.next)
            case .denied(let word) where !Self.endings.contains(word): return goOn(to: pending.next)
            case .denied, .person, .token, .provider:
                log.warning("a session is over", metadata: ["provider": "\(name)", "why": "\(error)"])
                return over(pending.next, request)
            }
        }
        guard let value = cookie.value(in: request), let before = identities.sessions.session(of: value),
            identities.sessions.confirm(value, person.principal, person.standing)
        else { return over(pending.next, request) }
        if Set(before.principal.groups) != Set(person.principal.groups) {
            do throws(APIError) {
                try await note(
                    SignedIn(by: name.text, address: context.address, groups: person.principal.groups),
                    person.principal.actor)
            } catch {
                return over(pending.next, request)
            }
        }
        return goOn(to: person.next)
    }

    private func goOn(to next: Text) -> Response {
        var response = redirect(to: LocalPath(next).text)
        response.headers[.setCookie] = transactions.removal
        return response
    }

    private func over(_ next: Text, _ request: Request) -> Response? {
        if let value = cookie.value(in: request) { identities.sessions.end(value) }
        guard var response = signInPage(next: next, failure: Failure.lapsed, status: 401) else { return nil }
        response.headers[.setCookie] = cookie.removal
        response.headers.append(HTTPField(name: .setCookie, value: transactions.removal))
        return response
    }
}
