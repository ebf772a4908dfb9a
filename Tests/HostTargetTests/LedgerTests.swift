// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Fleet
import Foundation
import HostTarget
import Manifest
import Model
import TestSupport
import Testing

/// Each unit's inventory in the target is read once, and again when somebody else has written it.
@Suite struct LedgerTests {
    @Test func `what a process wrote itself it does not read again, however many units there are`() async throws {
        try await withScratchFolder { folder in
            let host = try Host(folder)
            for number in 0..<20 {
                try await host.apply(host.file("a", path: "/srv/a", [("content", .string("\(number)"))]))
                try await host.apply(host.file("b\(number)", path: "/srv/b\(number)", [("content", "x")]))
            }
            #expect(host.target.counters.values.ledgers >= 20)
            #expect(host.target.counters.values.ledgersRead == 0)
        }
    }

    @Test func `a write of one unit is no reason to look at those of all others`() async throws {
        try await withScratchFolder { folder in
            let target = try Host(folder).target
            var looks: [Int] = []
            for number in 0..<30 {
                let own = UnitContext(
                    unit: unit("u\(number)"), project: name("shop"),
                    limits: .host(HostLimits(paths: ["/srv/**"], kinds: ["File"])))
                let host = Host(folder: folder, target: target, unit: own)
                try await host.apply(host.file("a", path: "/srv/\(number)", [("content", "x")]))
                looks.append(target.counters.values.ledgersLookedAt)
            }
            #expect(looks.last == looks.first, "\(looks)")
            // Somebody else's write is found at once, also just after one of ours.
            let other = try Host(folder, unit: unit("other"))
            try await other.apply(other.file("b", path: "/srv/b", [("content", "x")]))
            let first = Host(folder: folder, target: target, unit: try Host(folder, unit: unit("u0")).unit)
            let outcome = try await first.apply(first.file("b", path: "/srv/b", [("content", "y")]))
            guard case .failed(let reason)? = outcome.first?.result else {
                Issue.record("was taken: \(outcome)")
                return
            }
            #expect(reason.string.contains("acme/other"))
        }
    }

    @Test func `what another process wrote is read, and only that`() async throws {
        try await withScratchFolder { folder in
            let first = try Host(folder, unit: unit("one"))
            try await first.apply(first.file("a", path: "/srv/a", [("content", "x")]))
            let second = try Host(folder, unit: unit("two"))
            try await second.apply(second.file("b", path: "/srv/b", [("content", "x")]))
            #expect(second.target.counters.values.ledgersRead == 1)
            // Its claim is known at once.
            let outcome = try await first.apply(first.file("b", path: "/srv/b", [("content", "y")]))
            guard case .failed(let reason)? = outcome.first?.result else {
                Issue.record("was taken: \(outcome)")
                return
            }
            #expect(reason.string.contains("acme/two"))
            #expect(first.target.counters.values.ledgersRead == 1)
        }
    }
}
