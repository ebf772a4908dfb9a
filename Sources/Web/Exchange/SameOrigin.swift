// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// Whether a form was sent from a page of this server: a browser says so of every form, and a page elsewhere cannot make
/// it say otherwise. The one place that decides it.
package struct SameOrigin: Sendable, Hashable {
    /// `Sec-Fetch-Site`
    package var site: Text?
    /// `Origin`
    package var origin: Text?
    /// `Host`, or `:authority`
    package var host: Text?

    package init(site: Text?, origin: Text?, host: Text?) {
        self.site = site
        self.origin = origin
        self.host = host
    }

    /// Whoever says nothing of where it comes from is no browser that was met with, and has the API.
    package var isGranted: Bool {
        if let site, site != "same-origin" { return false }
        guard let origin else { return site != nil }
        guard let host, !host.isEmpty else { return false }
        return origin == Text("https://\(host)") || origin == Text("http://\(host)")
    }
}
