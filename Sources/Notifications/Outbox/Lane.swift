// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

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
    /// When that was tried first; `nil` while it was not.
    package private(set) var firstTry: Time?
    /// Of what is being told.
    package private(set) var failures = 0

    /// More than this waiting becomes one message, where the receiver's shape has a place for many.
    static let fewAtMost = 3
    static let digestAtMost = 100

    /// - Parameter position: where the journal stands when the notification is seen first: nobody is told what was.
    package init(position: UInt64) { self.position = position }

    /// How far a read has come: to its last event where it may have left some, and else to the newest that there was,
    /// behind which nothing but events of a later version can lie.
    ///
    /// - Parameter page: how many events were asked for.
    package static func reach(of events: [Event], page: Int, newest: UInt64) -> UInt64 {
        guard events.count >= page, let last = events.last else { return newest }
        return last.id.sequence
    }

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
                ended()
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
        (through, firstTry) = (nil, nil)
        failures = 0
    }

    /// What is to be told is about to be tried, for the first time or once more.
    package mutating func tries(at now: Time) { firstTry = firstTry ?? now }

    /// Whether what is being told has been tried for so long that it is given up. How old it is does not count: a
    /// process that was away tells of what happened meanwhile.
    package func isHopeless(at now: Time) -> Bool {
        firstTry.map { now.duration(since: $0) > Patience.limit } ?? false
    }

    /// All up to an event is told to a receiver that takes the same twice.
    package mutating func moved(to last: UInt64, _ alerts: AlertBook) {
        position = max(position, last)
        (through, firstTry) = (nil, nil)
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
        (through, firstTry) = (nil, nil)
    }
}

extension Lane {
    package init?(value: Value) {
        guard let position = value["position"]?.intValue, position >= 0 else { return nil }
        self.init(position: UInt64(position))
        through = (value["through"]?.intValue).flatMap { UInt64(exactly: $0) }
        firstTry = through == nil ? nil : value["firstTry"]?.timeValue
        alerts = AlertBook(value: value["alerts"] ?? .null)
    }

    package var value: Value {
        .fields([
            "position": .number(Number(Int64(clamping: position))),
            "through": through.map { .number(Number(Int64(clamping: $0))) },
            "firstTry": firstTry.map { Value($0) },
            "alerts": alerts.firing.isEmpty ? nil : alerts.value,
        ])
    }
}
