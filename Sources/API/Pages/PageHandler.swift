// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// What answers browsers: pages for people, and the styles and scripts that these need.
///
/// Whoever serves it has signed the asker in, checked that a form came from one of these pages, and adds the headers that
/// keep browsers safe; the content security policy allows styles, scripts, images and connections of this server alone.
package protocol PageHandler: Sendable {
    /// Styles, scripts and images, which hold nothing of a fleet and are given to everybody; `nil` when there is none.
    func asset(at path: Text) -> PageAnswer?

    /// How people sign in.
    func signIn(_ invitation: SignInInvitation) -> PageAnswer

    /// `nil` when there is no such page.
    func answer(_ request: PageRequest, _ operations: AuthorizedOperations) async -> PageAnswer?
}

/// What a browser asks for. Who asks is ``AuthorizedOperations/principal``.
package struct PageRequest: Sendable {
    package var method: RouteMethod
    /// As it was sent, percent-encoded, without the query: `/units/acme/web%40prod`.
    package var path: Text
    /// Strings, and lists of strings where a key comes more than once.
    package var query: Value
    /// The same of a form that was posted; an empty map otherwise.
    package var form: Value
    /// Goes into every form as the hidden field `_token`; forms without it are refused.
    package var formToken: Text
    /// What scripts send as `if-none-match`.
    package var knownTag: Text?
    /// Whether a page that is open asks for what is its own alone, to bring itself up to date.
    package var wantsPart: Bool
    /// Where a stream goes on that broke.
    package var lastEvent: UInt64?

    package init(
        method: RouteMethod, path: Text, query: Value = .object(Object()), form: Value = .object(Object()),
        formToken: Text, knownTag: Text? = nil, wantsPart: Bool = false, lastEvent: UInt64? = nil
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.form = form
        self.formToken = formToken
        self.knownTag = knownTag
        self.wantsPart = wantsPart
        self.lastEvent = lastEvent
    }
}

package struct PageAnswer: Sendable {
    /// A body that is written as it is made: one piece, then from where that ended the next.
    package struct Pieces: Sendable {
        package var start: UInt64
        /// The next piece and where to go on; `nil` when that was the last.
        package var next: @Sendable (UInt64) async throws -> (bytes: [UInt8], next: UInt64?)

        package init(
            start: UInt64, next: @escaping @Sendable (UInt64) async throws -> (bytes: [UInt8], next: UInt64?)
        ) {
            self.start = start
            self.next = next
        }
    }

    /// A body of server-sent events that goes on for as long as somebody reads it.
    package struct News: Sendable {
        /// Up to where the reader knows all.
        package var start: NewsPlace
        /// Whether all who may read everything are told the same.
        package var isOfAll: Bool
        /// What to tell of what came behind a place, and where to go on. Returns at once; empty when there is nothing.
        package var next: @Sendable (any Operations, NewsPlace) async throws -> (bytes: [UInt8], next: NewsPlace)
        /// Shows that the stream lives, and from which event to go on.
        package var alive: @Sendable (UInt64) -> [UInt8]

        package init(
            start: NewsPlace, isOfAll: Bool,
            next: @escaping @Sendable (any Operations, NewsPlace) async throws -> (bytes: [UInt8], next: NewsPlace),
            alive: @escaping @Sendable (UInt64) -> [UInt8]
        ) {
            self.start = start
            self.isOfAll = isOfAll
            self.next = next
            self.alive = alive
        }
    }

    package var status: Int
    /// `text/html; charset=utf-8`
    package var type: Text
    package var body: [UInt8]
    /// Instead of `body`.
    package var pieces: Pieces?
    /// Instead of both.
    package var news: News?
    /// Where to go instead, after a form: a path of this server. Makes the status 303.
    package var location: Text?
    /// `no-store` unless said otherwise.
    package var cacheControl: Text
    package var tag: Text?

    package init(
        status: Int = 200, type: Text = "text/html; charset=utf-8", body: [UInt8] = [],
        pieces: Pieces? = nil, news: News? = nil, location: Text? = nil,
        cacheControl: Text = "no-store", tag: Text? = nil
    ) {
        self.status = status
        self.type = type
        self.body = body
        self.pieces = pieces
        self.news = news
        self.location = location
        self.cacheControl = cacheControl
        self.tag = tag
    }
}

/// What a sign-in page offers.
package struct SignInInvitation: Sendable {
    package struct Provider: Sendable {
        /// `corp`
        package var name: Text
        /// For people: `Acme's single sign-on`.
        package var title: Text
        /// Where to send the browser, a path of this server.
        package var path: Text

        package init(name: Text, title: Text, path: Text) {
            self.name = name
            self.title = title
            self.path = path
        }
    }

    package var providers: [Provider]
    /// Where a form posts a token as the field `token`.
    package var tokenPath: Text
    /// Where people wanted to go: the hidden field `next`.
    package var next: Text
    /// What went wrong the last time, one of a few fixed sentences; `nil` when nothing.
    package var failure: Text?

    package init(providers: [Provider] = [], tokenPath: Text, next: Text, failure: Text? = nil) {
        self.providers = providers
        self.tokenPath = tokenPath
        self.next = next
        self.failure = failure
    }
}
