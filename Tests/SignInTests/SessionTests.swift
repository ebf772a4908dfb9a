// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model
import SignIn
import Synchronization
import TestSupport
import Testing

@Suite struct SessionTests {
    private final class Clock: Sendable {
        let time = Mutex(Sample.now)

        func pass(_ duration: Duration) { time.withLock { $0 = $0.advanced(by: duration) } }
    }

    private func sessions() -> (Sessions, Clock) {
        let clock = Clock()
        return (Sessions(now: { clock.time.withLock(\.self) }), clock)
    }

    private let ada = Principal.local(user: "ada")

    @Test func `a session is found by its cookie alone`() {
        let (sessions, _) = sessions()
        let cookie = sessions.begin(ada).withExposed(\.self)
        #expect(sessions.session(of: cookie)?.principal == ada)
        #expect(sessions.session(of: Text(String(repeating: "0", count: 64))) == nil)
        #expect(sessions.session(of: "") == nil)
        #expect(sessions.session(of: "\(cookie)00") == nil)
        sessions.end(cookie)
        #expect(sessions.session(of: cookie) == nil)
    }

    @Test func `a session ends when it is not used, and some time even when it is`() {
        let (sessions, clock) = sessions()
        let idle = sessions.begin(ada).withExposed(\.self)
        clock.pass(Sessions.longestIdle)
        #expect(sessions.session(of: idle) == nil)
        let busy = sessions.begin(ada).withExposed(\.self)
        var hours = 0
        while sessions.session(of: busy) != nil, hours < 100 {
            clock.pass(.seconds(3600))
            hours += 1
        }
        #expect(Duration.seconds(hours * 3600) == Sessions.longest)
    }

    @Test func `what a page does by itself keeps no session open`() {
        let (sessions, clock) = sessions()
        let cookie = sessions.begin(ada).withExposed(\.self)
        clock.pass(.seconds(3600))
        #expect(sessions.session(of: cookie, isUse: false)?.principal == ada)
        clock.pass(Sessions.longestIdle - .seconds(3600))
        #expect(sessions.session(of: cookie, isUse: false) == nil)
    }

    @Test func `no two sessions share what they are known by`() {
        let (sessions, _) = sessions()
        let cookies = (0..<100).map { _ in sessions.begin(ada).withExposed(\.self) }
        #expect(Set(cookies).count == 100)
        #expect(Set(cookies.compactMap { sessions.session(of: $0)?.formToken }).count == 100)
    }
}
