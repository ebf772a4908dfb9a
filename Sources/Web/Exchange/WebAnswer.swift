// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// What a browser gets.
package struct WebAnswer: Sendable {
    package enum Body: Sendable {
        case whole([UInt8])
        case pieces(Pieces)
    }

    /// A body that is written as it is made: one piece, then from where that ended the next.
    package struct Pieces: Sendable {
        package var start: UInt64
        /// The next piece and where to go on; `nil` when that was the last.
        package var next: @Sendable (UInt64) async throws -> (bytes: [UInt8], next: UInt64?)
    }

    package var status: Int
    package var headers: [(name: String, value: String)]
    package var body: Body

    init(status: Int = 200, type: String, _ body: Body, headers: [(name: String, value: String)] = []) {
        self.status = status
        self.headers = [("content-type", type)] + Self.guards + headers
        self.body = body
    }

    static func page(_ content: PageContent, part: Bool = false) -> WebAnswer {
        WebAnswer(
            status: content.status, type: "text/html; charset=utf-8",
            .whole(part ? content.part.bytes : content.document.bytes), headers: [fresh])
    }

    /// After an act, so that loading the page again does not act again.
    static func redirect(to link: Link) -> WebAnswer {
        WebAnswer(
            status: 303, type: "text/plain; charset=utf-8", .whole([]),
            headers: [("location", link.text.string), fresh])
    }

    static func asset(_ asset: Asset) -> WebAnswer {
        WebAnswer(
            type: asset.type.string, .whole(asset.bytes),
            headers: [("cache-control", "public, max-age=31536000, immutable")])
    }

    static let fresh = (name: "cache-control", value: "no-store")

    /// On every answer. Nothing runs, styles or is fetched but what this server has as a file; no page can be put into
    /// another's frame; and what leads away does not tell from where.
    package static let guards: [(name: String, value: String)] = [
        (
            "content-security-policy",
            "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; "
                + "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
        ),
        ("x-content-type-options", "nosniff"), ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"), ("cross-origin-resource-policy", "same-origin"),
        ("permissions-policy", "camera=(), geolocation=(), microphone=()"),
    ]
}
