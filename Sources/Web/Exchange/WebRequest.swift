// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import API
package import Manifest

/// What a browser asks for, without anything of the library that it came through.
package struct WebRequest: Sendable {
    package var method: RouteMethod
    package var route: PageRoute
    /// As ``Query`` reads it.
    package var query: Value
    /// What a form was filled in with, as ``Query`` reads it.
    package var form: Value
    /// Only what is the page's own, for a page that is open.
    package var wantsPart: Bool
    /// Where a stream goes on that broke.
    package var lastEvent: UInt64?

    package init(
        _ method: RouteMethod = .get, _ route: PageRoute, query: Value = [:], form: Value = [:],
        wantsPart: Bool = false, lastEvent: UInt64? = nil
    ) {
        self.method = method
        self.route = route
        self.query = query
        self.form = form
        self.wantsPart = wantsPart
        self.lastEvent = lastEvent
    }

    func text(_ key: Text) -> Text? {
        let value = query[key]?.arrayValue?.last ?? query[key]
        return value?.stringValue
    }

    /// What a field of the form was filled in with; empty when it is not there.
    func field(_ key: Text) -> Text { form[key]?.stringValue ?? "" }
}
