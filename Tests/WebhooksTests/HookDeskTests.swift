// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model
import Synchronization
import TestSupport
import Testing
import Webhooks

/// A webhook counts once, and hints are put together.
@Suite struct HookDeskTests {
    private final class Seen: Sendable {
        let hints = Mutex<[RepositoryHint]>([])
        let results = Mutex<[HookDesk.Result]>([])
        let now = Mutex(Moment.start)
    }

    private func desk(_ seen: Seen, _ hooks: Webhook...) -> HookDesk {
        let known = Dictionary(hooks.map { ($0.name, $0) }) { first, _ in first }
        var clocks = Clocks.system
        clocks.wall = { Deliveries.now }
        clocks.monotonic = { seen.now.withLock { $0 } }
        return HookDesk(
            clocks: clocks, hooks: { known }, count: { result in seen.results.withLock { $0.append(result) } }
        ) { hint, _ in
            seen.hints.withLock { $0.append(hint) }
            return true
        }
    }

    @Test(arguments: HookProvider.allCases)
    func `a delivery counts once`(provider: HookProvider) async throws {
        let seen = Seen()
        let desk = desk(seen, try Deliveries.hook(provider))
        let delivery = Deliveries.of(provider)
        for _ in 0..<3 { try await desk.take(delivery.request, for: "forge") }
        // What is not signed cannot make an old one new.
        for header in ["x-github-delivery", "x-gitea-delivery", "x-request-uuid", "idempotency-key"] as [Text] {
            if delivery.headers.contains(where: { $0.name == header }) {
                try await desk.take(delivery.with(header, "another"), for: "forge")
            }
        }
        #expect(seen.hints.withLock { $0.count } == 1)
        #expect(seen.results.withLock { Set($0.dropFirst()) } == [.repeated])
        seen.now.withLock { $0 = $0.advanced(by: ReplayWindow.length + .seconds(1)) }
        try await desk.take(delivery.request, for: "forge")
        #expect(seen.hints.withLock { $0.count } == 2)
    }

    @Test func `a hook that is not there is refused as one that is signed wrongly`() async throws {
        let seen = Seen()
        let desk = desk(seen, try Deliveries.hook(.github))
        let good = Deliveries.github
        for (request, name) in [
            (good.request, "absent"), (good.request, ""), (good.request, "../forge"), (good.request, "FORGE"),
            (good.with("x-hub-signature-256", "sha256=00"), "forge"),
        ] as [(HookRequest, Text)] {
            await #expect(throws: HookRefusal.unsigned) { try await desk.take(request, for: name) }
        }
        #expect(seen.hints.withLock { $0.isEmpty })
        #expect(seen.results.withLock { Set($0) } == [.refused])
    }

    @Test func `what is malformed is not remembered`() async throws {
        let seen = Seen()
        let desk = desk(seen, try Deliveries.hook(.gitlab))
        let bad = HookRequest(headers: Deliveries.gitlab.headers, body: Array("{}".utf8))
        await #expect(throws: HookRefusal.self) { try await desk.take(bad, for: "forge") }
        try await desk.take(Deliveries.gitlab.request, for: "forge")
        #expect(seen.results.withLock { $0 } == [.malformed, .hinted])
    }

    @Test func `the window forgets the oldest, and holds no more than it may`() {
        var window = ReplayWindow()
        let marks = (0..<30_000).map { Digest(of: Array("\($0)".utf8)) }
        for (index, mark) in marks.enumerated() {
            let isNew = window.admit([mark], now: Moment(nanoseconds: Int64(index)))
            #expect(isNew)
        }
        #expect(window.count <= 10_000)
        let last = window.admit([marks[29_999]], now: Moment(nanoseconds: 30_000))
        let first = window.admit([marks[0]], now: Moment(nanoseconds: 30_001))
        #expect(!last && first)
    }

    @Test func `a window that is restored knows what came within its length, and no more`() {
        let marks = (0..<4).map { Digest(of: [$0]) }
        let now = Moment(nanoseconds: 1_000_000_000)
        var window = ReplayWindow(
            restoring: [
                (marks[0], .seconds(7200)), (marks[1], .seconds(3599)), (marks[2], .seconds(5)),
                (marks[3], .seconds(-5)),
            ],
            now: now)
        let found = marks.map { window.admit([$0], now: now) }
        #expect(found == [true, false, false, true])
        // They go on to age.
        let later = window.admit([marks[1]], now: now.advanced(by: .seconds(2)))
        #expect(later)
    }

    @Test func `what counts is written down before it does, and what comes again is not`() async throws {
        let seen = Seen()
        let written = Mutex<[[Digest]]>([])
        let hook = try Deliveries.hook(.github)
        let desk = HookDesk(
            clocks: .system, hooks: { [hook.name: hook] }, remember: { marks in written.withLock { $0.append(marks) } }
        ) { hint, _ in
            #expect(written.withLock { $0.count } == 1)
            seen.hints.withLock { $0.append(hint) }
            return true
        }
        for _ in 0..<2 { try await desk.take(Deliveries.of(.github).request, for: "forge") }
        #expect(written.withLock { $0.count } == 1)
        #expect(seen.hints.withLock { $0.count } == 1)
    }

    @Test func `hints that come together are one look, and looks keep their distance`() {
        var queue = HintQueue<String>()
        let start = Moment(nanoseconds: 1_000_000_000)
        for step in 0..<20 { queue.add(["shop", "web"], now: start.advanced(by: .milliseconds(step))) }
        #expect(queue.take(now: start).isEmpty)
        let first = start.advanced(by: HintQueue<String>.settling)
        #expect(queue.next == first)
        #expect(queue.take(now: first) == ["shop", "web"] && queue.next == nil)
        for step in 0..<20 { queue.add(["shop"], now: first.advanced(by: .milliseconds(step))) }
        #expect(queue.next == first.advanced(by: HintQueue<String>.interval))
        #expect(queue.take(now: first.advanced(by: .seconds(2))).isEmpty)
        #expect(queue.take(now: first.advanced(by: .seconds(3))) == ["shop"])
        // One that was not looked at lately need not wait.
        queue.add(["other"], now: first.advanced(by: .seconds(3)))
        #expect(queue.next == first.advanced(by: .seconds(3) + HintQueue<String>.settling))
    }
}
