// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// When to sign in, when to renew what was granted, and when to just use it. Pure.
package struct VaultSession: Sendable {
    package enum Step: Sendable, Equatable {
        case signIn
        /// Its lease runs out; should that be refused, sign in.
        case renew(Secret<Text>)
        case use(Secret<Text>)
    }

    private struct Grant: Sendable {
        var token: Secret<Text>
        var since: Moment
        /// `nil` for one that does not end.
        var lease: Duration?
        var isRenewable: Bool
    }

    private var grant: Grant?

    package init() {}

    package func next(now: Moment) -> Step {
        guard let grant else { return .signIn }
        guard let lease = grant.lease else { return .use(grant.token) }
        let age = now.duration(since: grant.since)
        if age < lease * (2.0 / 3) { return .use(grant.token) }
        return grant.isRenewable && age < lease ? .renew(grant.token) : .signIn
    }

    /// - Parameter lease: zero for one that does not end.
    package mutating func granted(_ token: Secret<Text>, for lease: Duration, isRenewable: Bool, now: Moment) {
        grant = Grant(token: token, since: now, lease: lease > .zero ? lease : nil, isRenewable: isRenewable)
    }

    /// The server does not know it any more. Another one may have been granted meanwhile.
    package mutating func end(_ token: Secret<Text>) {
        if grant?.token == token { grant = nil }
    }
}
