// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// The protocol of list and watch as a value: what to do next, given what became of what was done. Pure.
///
/// List, then watch from the list's version, and on from the version of the last event or bookmark; list again when the
/// server has forgotten that. A watch ends after five to ten minutes, so that a right that was withdrawn is noticed and
/// servers that were added get their share. What cannot be watched is listed again and again.
package struct FeedMachine: Sendable {
    package enum Command: Sendable, Hashable {
        /// In pages, unless pages expired before they could be read.
        case list(inPages: Bool)
        case watch(from: Text, for: Duration)
        case wait(Duration)
    }

    /// So long a server may put a watch off once without anybody hearing of it.
    private static let patience: Duration = .seconds(5)

    /// How often what cannot be watched is listed.
    private let pollInterval: Duration
    /// From 0 to 1.
    private let chance: @Sendable () -> Double

    /// Where the next watch begins; `nil` when a list must come first.
    private var version: Text?
    private var canBeWatched: Bool
    private var pause: Duration?
    /// In a row, without progress between them.
    private var failures = 0
    private var expirations = 0
    private var isFailing = false

    package init(
        canBeWatched: Bool = true, pollInterval: Duration = .seconds(60),
        chance: @escaping @Sendable () -> Double = { .random(in: 0...1) }
    ) {
        self.canBeWatched = canBeWatched
        self.pollInterval = pollInterval
        self.chance = chance
    }

    package mutating func next() -> Command {
        if let pause {
            self.pause = nil
            return .wait(pause)
        }
        guard let version else { return .list(inPages: expirations < 2) }
        return .watch(from: version, for: .seconds(300 + Int(chance() * 300)))
    }

    package mutating func listed(at version: Text) -> FeedEvent {
        progress()
        isFailing = false
        expirations = 0
        if canBeWatched { self.version = version } else { pause = pollInterval }
        return .complete(at: version)
    }

    /// What to report of an event. Nothing for a bookmark, unless it is a sign of life after a failure.
    package mutating func received(_ event: WatchEvent) -> [FeedEvent] {
        // That a watch has begun is a sign of life, but no progress: it may end at once.
        if event.resourceVersion != version { progress() }
        if let version = event.resourceVersion { self.version = version }
        var reports: [FeedEvent] = []
        if isFailing {
            isFailing = false
            reports.append(.recovered)
        }
        switch event {
        case .added(let object): reports.append(.added(object))
        case .modified(let object): reports.append(.modified(object))
        case .deleted(let object): reports.append(.deleted(object))
        case .bookmark: break
        }
        return reports
    }

    /// A watch ended without complaint. One that ends as soon as it has begun must not be taken up without end.
    package mutating func watchEnded(after duration: Duration) {
        guard duration < .seconds(1) else { return progress() }
        failures += 1
        if failures > 1 { pause = backoff(from: .milliseconds(100), to: .seconds(30)) }
    }

    /// A list or a watch failed. Reported is what lasts: a connection that broke is first taken up again.
    package mutating func failed(_ error: KubernetesError) -> FeedEvent? {
        failures += 1
        switch error.code {
        case .expired:
            version = nil
            expirations += 1
            if expirations > 1 { pause = backoff(from: .milliseconds(100), to: .seconds(30)) }
            return nil
        case .methodNotAllowed where version != nil:
            version = nil
            canBeWatched = false
            pause = pollInterval
            return nil
        case .notFound, .notServed, .unknownKind:
            // The kind has gone, with all its objects; when it is back, nothing is as it was.
            version = nil
            pause = backoff(from: .seconds(1), to: .seconds(60))
        case .unauthorized, .forbidden, .configuration, .untrusted:
            pause = backoff(from: .seconds(1), to: .seconds(60))
        case .unreachable where failures == 1, .timedOut where failures == 1:
            pause = backoff(from: .milliseconds(50), to: .milliseconds(50))
            return nil
        // A server that has not made a kind's storage yet, or has a lot to do, says when to come back: no failure so far.
        case .tooManyRequests where failures == 1 && (error.retryAfter ?? .zero) <= Self.patience:
            pause = max(error.retryAfter ?? .zero, backoff(from: .milliseconds(200), to: .seconds(30)))
            return nil
        default:
            // What was understood of a stream that makes no sense is not to be trusted for long.
            if error.code == .badAnswer, failures > 3 { version = nil }
            pause = max(error.retryAfter ?? .zero, backoff(from: .milliseconds(200), to: .seconds(30)))
        }
        isFailing = true
        return .failing(error)
    }

    private mutating func progress() { failures = 0 }

    /// Doubles with each failure; between half of it and the whole.
    private func backoff(from least: Duration, to most: Duration) -> Duration {
        min(least * (1 << min(max(failures - 1, 0), 16)), most) * (0.5 + chance() / 2)
    }
}
