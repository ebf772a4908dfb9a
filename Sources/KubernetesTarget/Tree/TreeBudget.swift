// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import KubernetesClient
import Manifest
import Model
import Synchronization

/// What one look at a tree may cost, counted while it is taken.
final class TreeBudget: Sendable {
    struct Limits: Sendable {
        /// Of the objects that the unit applied, read one by one.
        var roots = 500
        /// Objects in the answer.
        var nodes = ObjectTree.most
        /// Objects that lists hand over, most of which may belong to others.
        var looked = 20_000
        /// Of these, as JSON.
        var bytes = 32 << 20
        var time: Duration = .seconds(20)
    }

    private struct Spent {
        var nodes = 0
        var looked = 0
        var bytes = 0
        /// What ran out first.
        var reason: Text?
    }

    let limits: Limits
    let deadline: Moment
    private let clocks: Clocks
    private let spent = Mutex(Spent())

    init(_ limits: Limits, _ clocks: Clocks) {
        self.limits = limits
        self.clocks = clocks
        deadline = clocks.monotonic().advanced(by: limits.time)
    }

    /// What ran out; `nil` while there is some of everything.
    var reason: Text? {
        if let reason = spent.withLock({ $0.reason }) { return reason }
        return clocks.monotonic() >= deadline ? timeIsUp : nil
    }

    var timeIsUp: Text { "looking took longer than \(limits.time.components.seconds) s" }

    /// Counts an object that a list handed over.
    func look(at object: Value) throws(KubernetesError) {
        let size = JSON.write(object).count
        let reason = spent.withLock { spent -> Text? in
            spent.looked += 1
            spent.bytes += size
            if spent.looked > limits.looked {
                spent.reason = "more than \(limits.looked) objects lie where this one's are looked for"
            } else if spent.bytes > limits.bytes {
                spent.reason = "what was read is more than \(limits.bytes >> 20) MB"
            }
            return spent.reason
        }
        if let reason = reason ?? self.reason { throw Self.exhausted(reason) }
    }

    /// Counts an object of the answer.
    func add() throws(KubernetesError) {
        let reason = spent.withLock { spent -> Text? in
            spent.nodes += 1
            if spent.nodes > limits.nodes { spent.reason = "more than \(limits.nodes) objects belong here" }
            return spent.reason
        }
        if let reason { throw Self.exhausted(reason) }
    }

    /// Ends a list. It is no failure of a server.
    static func exhausted(_ reason: Text) -> KubernetesError {
        KubernetesError(.cancelled, subject: "", message: reason, wasNotSent: true)
    }
}
