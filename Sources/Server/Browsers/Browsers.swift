// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import HTTPTypes
import Hummingbird
import Logging
import Manifest
import Model
import SignIn

/// What is particular to browsers: pages and forms, cookies, and acts that other sites would like them to do.
struct Browsers: Sendable {
    let identities: Identities
    let cookie: SessionCookie
    let origin: SameOrigin
    let pages: (any PageHandler)?
    /// How long a form may take to come.
    let patience: Duration
    let log: Logger
    let strangers: StrangerBodies

    /// What an act of a script must carry that came with a cookie.
    static let tokenHeader = HTTPField.Name("x-trimtab-token")

    static let partHeader = HTTPField.Name("x-trimtab-part")
    private static let lastEventHeader = HTTPField.Name("last-event-id")

    /// Paths that strangers may ask for; `nil` for all others.
    func forEverybody(_ path: Text, _ request: Request, _ context: Context) async throws -> Response? {
        switch (path, request.method) {
        case (SignInPath.page, .get):
            let query = Query.read((request.uri.query ?? "").utf8)
            return signInPage(next: query?["next"]?.stringValue ?? "/")
        case (SignInPath.token, .post): return try await signIn(byFormOf: request, context)
        case (SignInPath.link, .get): return try await signIn(byLinkOf: request, context)
        case (SignInPath.end, .post): return try signOut(request)
        case (_, .get) where ProviderPath(path) != nil: return try await signIn(byProviderOf: path, request, context)
        case (_, .get): return pages?.asset(at: path).map { answer($0, request) }
        default: return nil
        }
    }

    /// What a page that is open asks for without anybody doing something: its parts, and what happens.
    static func isByItself(_ request: Request) -> Bool {
        !(partHeader.map { request.headers[values: $0] } ?? []).isEmpty
            || request.headers[values: .accept].contains { $0.utf8.starts(with: "text/event-stream".utf8) }
    }

    /// Refuses an act that its asker may not know of.
    func checkAct(_ request: Request, _ admission: Admission) throws(APIError) {
        guard isOfType("application/json", request) else {
            throw APIError(.invalid, "an act is sent as content type \"application/json\"")
        }
        guard let formToken = admission.formToken else { return }
        try origin.check(request)
        let sent = Self.tokenHeader.flatMap { request.headers[$0] }.map { Text($0) } ?? ""
        guard sent.isEqualInConstantTime(to: formToken) else {
            throw APIError(.forbidden, "the act lacks its page's token")
        }
    }

    /// `nil` when there is no such page.
    func page(
        _ request: Request, _ context: Context, _ admission: Admission, _ operations: AuthorizedOperations,
        _ frames: FrameStream
    ) async throws(APIError) -> Response? {
        guard let pages, request.method == .get || request.method == .post else { return nil }
        var form = Value.object(Object())
        if request.method == .post {
            form = try await FormBody.read(request, within: patience)
            if let formToken = admission.formToken {
                try origin.check(request)
                guard let sent = form["_token"]?.stringValue, sent.isEqualInConstantTime(to: formToken) else {
                    throw APIError(.forbidden, "the form lacks its page's token", advice: "load the page again")
                }
            }
        }
        guard let query = Query.read((request.uri.query ?? "").utf8) else {
            throw APIError(.invalid, "the query is not percent-encoded UTF-8")
        }
        let asked = PageRequest(
            method: request.method == .post ? .post : .get, path: Text(request.uri.path), query: query, form: form,
            formToken: admission.formToken ?? "", knownTag: request.headers[.ifNoneMatch].map { Text($0) },
            wantsPart: Self.partHeader.flatMap { request.headers[$0] } == "main",
            lastEvent: Self.lastEventHeader.flatMap { request.headers[$0] }.flatMap { UInt64($0) })
        return await pages.answer(asked, operations).map { page in
            if let news = page.news {
                return NewsStream(news: news, operations: operations, frames: frames).answer(context)
            }
            return page.pieces.map { PieceStream($0, isGood: admission.isGood).answer(page, request, context) }
                ?? answer(page, request)
        }
    }

    /// Leads a person who is not signed in to where they can; `nil` for programs.
    func answer(to error: APIError, _ request: Request) -> Response? {
        guard error.code == .unauthenticated, pages != nil,
            request.headers[values: .accept].contains(where: { $0.utf8.starts(with: "text/html".utf8) })
        else { return nil }
        if request.method == .post, isOfType(FormBody.type, request), Text(request.uri.path) != SignInPath.token {
            return signInPage(next: origin.page(of: request) ?? "/", failure: Failure.signedOut, status: 401)
        }
        guard request.method == .get else { return nil }
        let next = PercentEncoding.encode((request.head.path ?? "/").utf8)
        return redirect(to: "\(SignInPath.page)?next=\(next)")
    }

    func answer(_ page: PageAnswer, _ request: Request) -> Response {
        if let location = page.location { return redirect(to: LocalPath(location).text) }
        if let tag = page.tag, request.headers[.ifNoneMatch] == tag.string {
            return Response(
                status: .notModified, headers: [.eTag: tag.string, .cacheControl: page.cacheControl.string])
        }
        var response = Answer.answer(
            page.body, type: page.type.string, status: HTTPResponse.Status(code: page.status))
        response.headers[.cacheControl] = page.cacheControl.string
        if let tag = page.tag { response.headers[.eTag] = tag.string }
        return response
    }

    func redirect(to path: Text) -> Response {
        Response(status: .seeOther, headers: [.location: path.string, .cacheControl: "no-store"])
    }

    func isOfType(_ type: String, _ request: Request) -> Bool {
        let sent = request.headers[.contentType]?.utf8.prefix { $0 != UInt8(ascii: ";") } ?? ""[...].utf8
        return sent.map { $0 | 0x20 }.elementsEqual(type.utf8.map { $0 | 0x20 })
    }
}

enum SignInPath {
    static let page: Text = "/sign-in"
    static let token: Text = "/sign-in/token"
    static let link: Text = "/sign-in/link"
    static let end: Text = "/sign-out"
}

/// A path of this server, whatever was asked for: no scheme, no host, and nothing that a browser would read as one.
struct LocalPath {
    let text: Text

    init(_ wish: Text) {
        let bytes = Array(wish.utf8)
        let isPlain = bytes.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }
        let isLocal = bytes.first == UInt8(ascii: "/") && bytes.dropFirst().first != UInt8(ascii: "/")
        text = isPlain && isLocal && bytes.count <= 2048 ? wish : "/"
    }
}
