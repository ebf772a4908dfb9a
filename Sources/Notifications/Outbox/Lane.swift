// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
import Model

/// How far one notification has been told: the journal is what waits, and this is a place in it. A value: pure.
///
/// What is about to be told is written down before it is told, and what was told after it. A process that is killed in
/// between tells the same once more, under the same key.
package struct Lane: Sendable, Hashable {
    /// All up to this event is told, or is nothing to tell.
    package private(set) var position: UInt64
    /// The last event of what is being told; `nil` for nothing.
    package private(set) var through: UInt64?
    package var alerts = AlertBook()
    /// Of what is being told.
    package private(set) var failures = 0

    /// More than this waiting becomes one message, where the receiver's shape has a place for many.
    static let fewAtMost = 3
    static let digestAtMost = 100

    /// - Parameter position: where the journal stands when the notification is seen first: nobody is told what was.
    package init(position: UInt64) { self.position = position }

    package enum Step: Sendable, Hashable {
        /// Nothing to tell so far.
        case move
        case tell([Message])
    }

    /// - Parameters:
    ///   - waiting: what is to be told of the events that were read, which begin after ``position``.
    ///   - last: the last of these events.
    package mutating func next(_ waiting: [Message], readThrough last: UInt64, _ form: Receiver.Form) -> Step {
        if let through {
            let same = waiting.filter { $0.sequence <= through }
            // The rules are others than when it was begun.
            guard !same.isEmpty else {
                position = max(position, through)
                self.through = nil
                return .move
            }
            return .tell(same)
        }
        guard !waiting.isEmpty else {
            position = max(position, last)
            return .move
        }
        let batch = Array(waiting.prefix(Self.size(of: waiting.count, form)))
        through = batch.last?.sequence
        return .tell(batch)
    }

    private static func size(of count: Int, _ form: Receiver.Form) -> Int {
        switch form {
        case .slack, .mail: count > fewAtMost ? min(count, digestAtMost) : 1
        case .alertmanager: min(count, digestAtMost)
        case .cloudEvents, .statuses: 1
        }
    }

    /// What was being told is told, or given up.
    package mutating func ended() {
        if let through { position = max(position, through) }
        through = nil
        failures = 0
    }

    /// All up to an event is told to a receiver that takes the same twice.
    package mutating func moved(to last: UInt64, _ alerts: AlertBook) {
        position = max(position, last)
        through = nil
        failures = 0
        self.alerts = alerts
    }

    /// How long to wait before the next try.
    package mutating func failed(asked: Duration?, jitter: Double) -> Duration {
        failures += 1
        return Patience.wait(after: failures, asked: asked, jitter: jitter)
    }

    /// A journal that was begun anew is shorter than the one that this place is in.
    package mutating func clamp(to newest: UInt64) {
        guard position > newest else { return }
        position = newest
        through = nil
    }
}

extension Lane {
    package init?(value: Value) {
        guard let position = value["position"]?.intValue, position >= 0 else { return nil }
        self.init(position: UInt64(position))
        through = (value["through"]?.intValue).flatMap { UInt64(exactly: $0) }
        alerts = AlertBook(value: value["alerts"] ?? .null)
    }

    package var value: Value {
        .fields([
            "position": .number(Number(Int64(clamping: position))),
            "through": through.map { .number(Number(Int64(clamping: $0))) },
            "alerts": alerts.firing.isEmpty ? nil : alerts.value,
        ])
    }
}
