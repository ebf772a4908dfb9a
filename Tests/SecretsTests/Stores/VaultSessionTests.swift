// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model
import Secrets
import Testing

/// When an agent signs in, renews and just goes on.
@Suite struct VaultSessionTests {
    private let token = Secret("token" as Text)

    private func at(_ seconds: Int64) -> Moment { Moment(nanoseconds: seconds * 1_000_000_000) }

    @Test func `it signs in, uses what it got, renews in the last third, and signs in when that is over`() {
        var session = VaultSession()
        #expect(session.next(now: at(0)) == .signIn)
        session.granted(token, for: .seconds(90), isRenewable: true, now: at(0))
        #expect(session.next(now: at(59)) == .use(token))
        #expect(session.next(now: at(61)) == .renew(token))
        session.granted(token, for: .seconds(90), isRenewable: true, now: at(61))
        #expect(session.next(now: at(100)) == .use(token))
        #expect(session.next(now: at(200)) == .signIn)
    }

    @Test func `what cannot be renewed is replaced in its last third`() {
        var session = VaultSession()
        session.granted(token, for: .seconds(90), isRenewable: false, now: at(0))
        #expect(session.next(now: at(61)) == .signIn)
    }

    @Test func `a token without an end is used for ever, unless the server forgot it`() {
        var session = VaultSession()
        session.granted(token, for: .zero, isRenewable: false, now: at(0))
        #expect(session.next(now: at(1 << 30)) == .use(token))
        session.end(Secret("another"))
        #expect(session.next(now: at(1 << 30)) == .use(token))
        session.end(token)
        #expect(session.next(now: at(1 << 30)) == .signIn)
    }
}
