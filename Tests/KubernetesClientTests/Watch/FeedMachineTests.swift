// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Testing

@testable import KubernetesClient

struct FeedMachineTests {
    private func machine(canBeWatched: Bool = true) -> FeedMachine {
        FeedMachine(canBeWatched: canBeWatched, pollInterval: .seconds(60), chance: { 1 })
    }

    private func error(_ code: KubernetesError.Code, retryAfter: Duration? = nil) -> KubernetesError {
        KubernetesError(code, subject: "pods", message: "no", retryAfter: retryAfter)
    }

    private func object(_ version: Text) -> Value { ["metadata": ["name": "a", "resourceVersion": .string(version)]] }

    @Test func `it lists, then watches from there, then from the last event`() {
        var machine = machine()
        #expect(machine.next() == .list(inPages: true))
        #expect(machine.listed(at: "5") == .complete(at: "5"))
        #expect(machine.next() == .watch(from: "5", for: .seconds(600)))
        #expect(machine.received(.bookmark("5")) == [])
        #expect(machine.received(.added(object("7"))) == [.added(object("7"))])
        #expect(machine.received(.bookmark("9")) == [])
        machine.watchEnded(after: .seconds(600))
        #expect(machine.next() == .watch(from: "9", for: .seconds(600)))
    }

    @Test func `a forgotten version lists anew at once, and again only after a while`() {
        var machine = machine()
        _ = machine.listed(at: "5")
        #expect(machine.failed(error(.expired)) == nil)
        #expect(machine.next() == .list(inPages: true))
        #expect(machine.failed(error(.expired)) == nil)
        #expect(machine.next() == .wait(.milliseconds(200)))
        #expect(machine.next() == .list(inPages: false))
        _ = machine.listed(at: "8")
        #expect(machine.next() == .watch(from: "8", for: .seconds(600)))
    }

    @Test func `a connection that breaks once is taken up again without a word`() {
        var machine = machine()
        _ = machine.listed(at: "5")
        #expect(machine.failed(error(.unreachable)) == nil)
        #expect(machine.next() == .wait(.milliseconds(50)))
        #expect(machine.next() == .watch(from: "5", for: .seconds(600)))
        #expect(machine.failed(error(.unreachable)) == .failing(error(.unreachable)))
        #expect(machine.next() == .wait(.milliseconds(400)))
        #expect(machine.next() == .watch(from: "5", for: .seconds(600)))
        #expect(machine.received(.bookmark("5")) == [.recovered])
    }

    @Test func `a server that stays away is asked less and less often`() {
        var machine = machine()
        var waits: [Duration] = []
        for _ in 0..<12 {
            _ = machine.failed(error(.unavailable))
            if case .wait(let wait) = machine.next() { waits.append(wait) }
        }
        #expect(waits == waits.sorted())
        #expect(waits.last == .seconds(30))
    }

    @Test func `a server that puts a watch off for a moment is asked again without a word, once`() {
        var machine = machine()
        _ = machine.listed(at: "5")
        let busy = error(.tooManyRequests, retryAfter: .seconds(1))
        #expect(machine.failed(busy) == nil)
        #expect(machine.next() == .wait(.seconds(1)))
        #expect(machine.next() == .watch(from: "5", for: .seconds(600)))
        #expect(machine.failed(busy) == .failing(busy))
        _ = machine.next()
        _ = machine.received(.added(object("7")))
        let long = error(.tooManyRequests, retryAfter: .seconds(6))
        #expect(machine.failed(long) == .failing(long))
    }

    @Test func `it waits as long as the server asks`() {
        var machine = machine()
        _ = machine.failed(error(.tooManyRequests, retryAfter: .seconds(7)))
        #expect(machine.next() == .wait(.seconds(7)))
    }

    @Test func `a right that was withdrawn is reported, and the place in the stream kept`() {
        var machine = machine()
        _ = machine.listed(at: "5")
        #expect(machine.failed(error(.forbidden)) == .failing(error(.forbidden)))
        #expect(machine.next() == .wait(.seconds(1)))
        #expect(machine.next() == .watch(from: "5", for: .seconds(600)))
    }

    @Test func `a kind that has gone is listed when it is back`() {
        var machine = machine()
        _ = machine.listed(at: "5")
        #expect(machine.failed(error(.notFound)) == .failing(error(.notFound)))
        #expect(machine.next() == .wait(.seconds(1)))
        #expect(machine.next() == .list(inPages: true))
    }

    @Test func `watches that end as they begin are taken up more and more slowly`() {
        var machine = machine()
        _ = machine.listed(at: "5")
        var waits: [Duration] = []
        for _ in 0..<5 {
            if case .wait(let wait) = machine.next() {
                waits.append(wait)
                _ = machine.next()
            }
            _ = machine.received(.bookmark("5"))
            machine.watchEnded(after: .milliseconds(2))
        }
        #expect(waits == [.milliseconds(200), .milliseconds(400), .milliseconds(800)])
    }

    @Test func `what cannot be watched is listed again and again`() {
        var machine = machine(canBeWatched: false)
        #expect(machine.next() == .list(inPages: true))
        _ = machine.listed(at: "5")
        #expect(machine.next() == .wait(.seconds(60)))
        #expect(machine.next() == .list(inPages: true))
    }

    @Test func `a server that refuses to watch is polled`() {
        var machine = machine()
        _ = machine.listed(at: "5")
        #expect(machine.failed(error(.methodNotAllowed)) == nil)
        #expect(machine.next() == .wait(.seconds(60)))
        #expect(machine.next() == .list(inPages: true))
        _ = machine.listed(at: "6")
        #expect(machine.next() == .wait(.seconds(60)))
    }
}
