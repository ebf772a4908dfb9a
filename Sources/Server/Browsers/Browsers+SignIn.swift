// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import HTTPTypes
import Hummingbird
import Logging
import Manifest
import Model
import SignIn

extension Browsers {
    /// The fixed sentences of a sign-in that failed. Nothing of a request is ever shown on that page.
    enum Failure {
        static let token: Text = "This token does not count."
        static let lapsed: Text = "Your provider does not vouch for you any more. Sign in again."
        static let signedOut: Text = "You are signed out, so nothing was done. Sign in, and do it again."
        static let tooMany: Text = "Too many sign-ins from your address failed. Try again in a minute."
    }

    func signInPage(next: Text, failure: Text? = nil, status: Int = 200) -> Response? {
        guard let pages else { return nil }
        var page = pages.signIn(
            SignInInvitation(
                providers: invitations(next: LocalPath(next).text), tokenPath: SignInPath.token,
                next: LocalPath(next).text, failure: failure))
        page.status = status
        return Answer.answer(page.body, type: page.type.string, status: HTTPResponse.Status(code: page.status))
    }

    /// A token, and a path of this server.
    private static let largestForm = 4 << 10

    /// A form with the field `token`. Nothing of it is read of an address that has to wait.
    func signIn(byFormOf request: Request, _ context: Context) async throws(APIError) -> Response {
        try origin.check(request)
        try FormBody.checkType(of: request)
        if let wait = identities.attempts.wait(for: context.address, now: identities.now()) {
            return try refused(SharedAttempts.tooMany(wait), Failure.tooMany, nil)
        }
        let form: Value
        do throws(APIError) {
            form = try FormBody.fields(
                of: try await strangers.collect(
                    request, of: context.address, limit: Self.largestForm, within: patience, "sign-ins"))
        } catch {
            if error.code == .timedOut { identities.attempts.noteFailure(of: context.address, now: identities.now()) }
            throw error
        }
        let record = form["token"]?.stringValue.flatMap { identities.tokens.record(of: $0) }
        return try await signIn(record, next: form["next"]?.stringValue, request, context)
    }

    /// The link that a first start prints. Another token does not count there: who sends somebody a link with their own
    /// would have them act under it.
    func signIn(byLinkOf request: Request, _ context: Context) async throws(APIError) -> Response {
        let query = Query.read((request.uri.query ?? "").utf8)
        let record = query?["token"]?.stringValue.flatMap { identities.tokens.record(of: $0) }
        return try await signIn(record.flatMap { $0.isForOneSignIn ? $0 : nil }, next: nil, request, context)
    }

    /// - Parameter record: `nil` where no token counts.
    private func signIn(
        _ record: TokenRecord?, next: Text?, _ request: Request, _ context: Context
    ) async throws(APIError) -> Response {
        let (address, now) = (context.address, identities.now())
        if let wait = identities.attempts.wait(for: address, now: now) {
            return try refused(SharedAttempts.tooMany(wait), Failure.tooMany, next)
        }
        guard let record else {
            let error = identities.attempts.refuse(address, now: now, "this token does not count")
            log.warning("a sign-in failed", metadata: ["address": "\(address)"])
            return try refused(error, error.code == .tooMany ? Failure.tooMany : Failure.token, next)
        }
        if record.isForOneSignIn, try await !identities.tokens.redeem(record) {
            throw APIError(.unauthenticated, "this token does not count any more")
        }
        try await note(SignedIn(by: "token", address: address), record.principal.actor)
        return begin(record.principal, token: record.isForOneSignIn ? nil : record, next: next, request)
    }

    func refused(_ error: APIError, _ words: Text, _ next: Text?) throws(APIError) -> Response {
        guard let page = signInPage(next: next ?? "/", failure: words, status: error.code.httpStatus) else {
            throw error
        }
        return page
    }

    /// What is on record of a session before it begins.
    func note(_ payload: SignedIn, _ actor: Actor) async throws(APIError) {
        do {
            try await identities.record([EventDraft(kind: SignedIn.kind, actor: actor, payload: payload.value)])
        } catch {
            throw APIError(.unavailable, "the journal cannot be written: \(Text("\(error)"))")
        }
    }

    /// Whatever session the browser had ends: nobody is signed in by a cookie that somebody else chose.
    func begin(
        _ principal: Principal, token: TokenRecord?, standing: Session.Standing? = nil, next: Text?, _ request: Request
    ) -> Response {
        if let old = cookie.value(in: request) { identities.sessions.end(old) }
        var response = redirect(to: LocalPath(next ?? "/").text)
        response.headers[.setCookie] = identities.sessions.begin(principal, token: token, standing: standing)
            .withExposed { cookie.header($0) }
        return response
    }

    func signOut(_ request: Request) throws(APIError) -> Response {
        try origin.check(request)
        if let value = cookie.value(in: request) { identities.sessions.end(value) }
        var response = redirect(to: SignInPath.page)
        response.headers[.setCookie] = cookie.removal
        return response
    }
}
