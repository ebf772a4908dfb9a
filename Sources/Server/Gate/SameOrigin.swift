// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import HTTPTypes
import Hummingbird
import Manifest

/// Whether a browser sends something because one of our own pages asked it to.
///
/// Browsers say so in headers that no page can set: `Sec-Fetch-Site`, and `Origin` with everything that is posted. An act
/// that came with a cookie and says neither is refused.
struct SameOrigin: Sendable {
    /// Whether this server does TLS itself.
    let isSecure: Bool
    /// Where browsers reach it; `nil`: where they say that they do.
    let external: ExternalAddress?

    func check(_ request: Request) throws(APIError) {
        let sites = request.headers[values: Self.fetchSite]
        if !sites.isEmpty {
            guard sites == ["same-origin"] else { throw Self.refusal }
        }
        let origins = request.headers[values: .origin]
        guard !origins.isEmpty else {
            guard !sites.isEmpty else { throw Self.refusal }
            return
        }
        guard let own = own(request), origins == [own] else {
            // What a browser says of a page of ours when something in front of us does TLS.
            let isBehindTLS = request.head.authority.map { origins == ["https://\($0)"] } ?? false
            throw external == nil && !isSecure && isBehindTLS ? Self.unknownProxy : Self.refusal
        }
    }

    /// What browsers write before the paths of our pages.
    func own(_ request: Request) -> String? {
        if let external { return external.origin.string }
        return request.head.authority.map { "\(isSecure ? "https" : "http")://\($0)" }
    }

    /// The path of the page of ours that a form was on, where the browser says so.
    func page(of request: Request) -> Text? {
        let pages = request.headers[values: .referer]
        guard let own = own(request), pages.count == 1, let page = pages.first, page.utf8.starts(with: (own + "/").utf8)
        else { return nil }
        return Text(String(page.dropFirst(own.count)))
    }

    /// Whether a browser comes from a page of ours, or from none: somebody typed the address. Browsers that do not say it
    /// count as such, because nothing is done for them but to lead them on.
    func isOwn(_ request: Request) -> Bool {
        request.headers[values: Self.fetchSite].allSatisfy { $0 == "same-origin" || $0 == "none" }
    }

    private static let fetchSite: HTTPField.Name = {
        guard let name = HTTPField.Name("Sec-Fetch-Site") else { return .origin }
        return name
    }()

    private static let refusal = APIError(.forbidden, "the act does not come from a page of this server")
    private static let unknownProxy = APIError(
        .forbidden, "the act comes from a page over https, which this server does not speak",
        advice: "where something in front of it does TLS, start it with --external-url https://HOST")
}
