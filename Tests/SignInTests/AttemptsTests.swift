// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model
import SignIn
import TestSupport
import Testing

@Suite struct AttemptsTests {
    @Test func `whoever fails too often waits, and nobody else`() {
        var attempts = Attempts()
        for _ in 0..<Attempts.limit {
            #expect(attempts.wait(for: "a", now: Sample.now) == nil)
            attempts.noteFailure(of: "a", now: Sample.now)
        }
        #expect(attempts.wait(for: "a", now: Sample.now) == Attempts.window)
        #expect(attempts.wait(for: "b", now: Sample.now) == nil)
        let later = Sample.now.advanced(by: Attempts.window)
        #expect(attempts.wait(for: "a", now: later) == nil)
        attempts.noteFailure(of: "a", now: later)
        #expect(attempts.wait(for: "a", now: later) == nil)
    }

    @Test func `whoever fills the table frees nobody`() {
        var attempts = Attempts()
        for _ in 0..<Attempts.limit { attempts.noteFailure(of: "guilty", now: Sample.now) }
        for index in 0..<20_000 { attempts.noteFailure(of: "\(index)", now: Sample.now) }
        #expect(attempts.wait(for: "guilty", now: Sample.now) != nil)
        // Those whom the table has no room for share a count.
        #expect(attempts.wait(for: "unseen", now: Sample.now) != nil)
        let later = Sample.now.advanced(by: Attempts.window)
        attempts.noteFailure(of: "unseen", now: later)
        #expect(attempts.wait(for: "guilty", now: later) == nil)
        #expect(attempts.wait(for: "unseen", now: later) == nil)
    }
}
