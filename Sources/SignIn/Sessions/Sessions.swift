// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model
import Synchronization

/// Somebody who works in a browser.
package struct Session: Sendable {
    /// How long a provider's word counts.
    package struct Standing: Sendable {
        package var provider: IdentityProviderName
        package var until: Time
        /// From then on it is asked again.
        package var asks: Time
        /// The least time between two questions.
        package var every: Duration
        /// The token that it gave, which it is shown when it is asked again.
        package var hint: Secret<Text>?

        package init(
            provider: IdentityProviderName, until: Time, asks: Time, every: Duration, hint: Secret<Text>? = nil
        ) {
            self.hint = hint
            self.provider = provider
            self.until = until
            self.asks = asks
            self.every = every
        }
    }

    package var principal: Principal
    /// What signed them in, where that can be taken back: a session ends with its token.
    package var token: TokenRecord?
    /// `nil` where no provider signed them in.
    package var standing: Standing?
    /// Goes into every form and every act of a script: other sites cannot read it.
    package var formToken: Text
    package var started: Time
    package var seen: Time
}

/// Who works in browsers, known by the hashes of their cookies. In memory alone: whoever restarts the daemon signs all
/// of them out.
package final class Sessions: Sendable {
    private let table = Mutex<[Digest: Session]>([:])
    private let now: @Sendable () -> Time

    /// Since the sign-in.
    package static let longest = Duration.seconds(12 * 3600)
    /// Without being used.
    package static let longestIdle = Duration.seconds(2 * 3600)
    package static let limit = 10_000

    package init(now: @escaping @Sendable () -> Time) { self.now = now }

    /// Gives the cookie's value. What was known about the browser before is forgotten: nobody chooses their own.
    package func begin(
        _ principal: Principal, token: TokenRecord? = nil, standing: Session.Standing? = nil
    ) -> Secret<Text> {
        let id = RandomBytes.make(32)
        let now = now()
        let session = Session(
            principal: principal, token: token, standing: standing, formToken: Text(Hex.encode(RandomBytes.make(32))),
            started: now,
            seen: now)
        table.withLock { table in
            if table.count >= Self.limit {
                table = table.filter { Self.isOpen($0.value, now) }
                // Whoever was not there for longest goes.
                if table.count >= Self.limit, let oldest = table.min(by: { $0.value.seen < $1.value.seen }) {
                    table[oldest.key] = nil
                }
            }
            table[Digest(of: id)] = session
        }
        return Secret(Text(Hex.encode(id)))
    }

    /// Finds by the hash of what was sent: how long that takes says nothing of a cookie.
    ///
    /// - Parameter isUse: somebody does something. What a page that is open does by itself keeps no session open.
    package func session(of cookie: Text, isUse: Bool = true) -> Session? {
        guard cookie.utf8.count == 64, let id = Hex.decode(cookie.string) else { return nil }
        let (key, now) = (Digest(of: id), now())
        return table.withLock { table in
            guard let session = table[key] else { return nil }
            guard Self.isOpen(session, now) else {
                table[key] = nil
                return nil
            }
            if isUse { table[key]?.seen = now }
            return session
        }
    }

    /// The provider has said again who somebody is: from now on they are in the groups that it named now. `false` for
    /// somebody else, and for a session that is over.
    package func confirm(_ cookie: Text, _ principal: Principal, _ standing: Session.Standing) -> Bool {
        guard let session = session(of: cookie), session.standing?.provider == standing.provider,
            session.principal.identity == principal.identity, let id = Hex.decode(cookie.string)
        else { return false }
        let key = Digest(of: id)
        return table.withLock { table in
            guard table[key] != nil else { return false }
            table[key]?.principal = principal
            table[key]?.standing = standing
            return true
        }
    }

    /// Lets a provider alone for so long from now.
    package func putOff(_ cookie: Text, by duration: Duration) {
        guard let id = Hex.decode(cookie.string) else { return }
        let (key, until) = (Digest(of: id), now().advanced(by: duration))
        table.withLock { table in
            guard let standing = table[key]?.standing else { return }
            table[key]?.standing?.asks = max(standing.asks, until)
        }
    }

    package func end(_ cookie: Text) {
        guard let id = Hex.decode(cookie.string) else { return }
        table.withLock { $0[Digest(of: id)] = nil }
    }

    private static func isOpen(_ session: Session, _ now: Time) -> Bool {
        now < session.started.advanced(by: longest) && now < session.seen.advanced(by: longestIdle)
            && session.standing.map { now < $0.until } ?? true
    }
}
