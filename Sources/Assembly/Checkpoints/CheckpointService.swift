// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import GitSource
import Journal
import Logging
import Manifest
import Model
import ServiceLifecycle

/// Pushes checkpoints to where the operator wants them kept. What cannot be pushed is tried again and told; nothing waits
/// for it.
struct CheckpointService: Service {
    let publisher: CheckpointPublisher

    func run() async throws {
        await cancelWhenGracefulShutdown { await publisher.run() }
    }
}

/// Decides when a checkpoint is due, and pushes it.
actor CheckpointPublisher {
    enum Result: String, Sendable, CaseIterable {
        case pushed, failed
    }

    private let state: String
    private let journal: Journal
    private let opener: RepositoryOpener
    private let clocks: Clocks
    private let log: Logger
    private let complaints: Complaints
    private let count: @Sendable (Result) -> Void
    /// The event that the newest pushed checkpoint covers; `nil` before the first.
    private var pushed: UInt64?
    private var failures = 0
    /// A checkpoint that is on its way: what is tried again is the same.
    private var waiting: Checkpoint?
    private var plan: CheckpointPlan?
    private var publication: Publication?

    /// Where there is no file, and after failures.
    private static let pauses: ClosedRange<Duration> = Duration.seconds(10)...Duration.seconds(3600)

    init(
        state: String, journal: Journal, opener: RepositoryOpener, clocks: Clocks, log: Logger,
        complaints: Complaints, count: @escaping @Sendable (Result) -> Void
    ) {
        self.state = state
        self.journal = journal
        self.opener = opener
        self.clocks = clocks
        self.log = log
        self.complaints = complaints
        self.count = count
    }

    /// Until it is cancelled.
    func run() async {
        while !Task.isCancelled {
            let pause = await step()
            try? await clocks.sleep(clocks.monotonic().advanced(by: pause))
        }
    }

    /// Pushes what is due.
    /// - Returns: how long nothing need be done.
    func step() async -> Duration {
        do {
            guard let plan = try await CheckpointPlan.read(state: state) else {
                settle()
                return Self.pauses.lowerBound
            }
            // Another repository has none of them yet.
            if plan != self.plan { (self.plan, publication, waiting, pushed) = (plan, nil, nil, nil) }
            guard waiting != nil || journal.newest > pushed ?? 0 else {
                settle()
                return min(plan.interval, .seconds(60))
            }
            let checkpoint: Checkpoint
            if let waiting {
                checkpoint = waiting
            } else {
                checkpoint = try await journal.checkpoint()
            }
            waiting = checkpoint
            try await push(checkpoint, plan)
            waiting = nil
            (pushed, failures) = (checkpoint.size, 0)
            if settle() { log.info("checkpoints are pushed to \(plan.url) again") }
            count(.pushed)
            return plan.interval
        } catch {
            guard !Task.isCancelled else { return .zero }
            count(.failed)
            complain(Text("\(error)"))
            failures += 1
            let asked = (error as? SourceFailure)?.retryAfter ?? .zero
            return max(asked, min(Self.pauses.lowerBound * (1 << min(failures - 1, 9)), Self.pauses.upperBound))
        }
    }

    private func push(_ checkpoint: Checkpoint, _ plan: CheckpointPlan) async throws {
        let place: Publication
        if let publication {
            place = publication
        } else {
            place = try await opener.publication(plan.url, branch: plan.branch, credentials: plan.credentials)
            publication = place
        }
        try await place.add(
            checkpoint.json, at: Self.path(of: checkpoint),
            message:
                "Checkpoint of \(checkpoint.size) events\n\nWriter \(checkpoint.writer), head \(checkpoint.head.hex)",
            by: Publication.Author(name: "trimtab", email: "trimtab@localhost"), time: checkpoint.time)
    }

    /// One file a checkpoint, so that a copy of the branch's newest commit is all that verifying takes.
    static func path(of checkpoint: Checkpoint) -> String {
        let size = String(checkpoint.size)
        let padding = String(repeating: "0", count: max(0, 12 - size.utf8.count))
        return "checkpoints/\(checkpoint.writer)/\(checkpoint.incarnation)-\(padding)\(size).json"
    }

    /// Nothing is wrong.
    /// - Returns: whether something was.
    @discardableResult
    private func settle() -> Bool { complaints.note(nil, of: .checkpoints) }

    /// Once for each thing that is wrong.
    private func complain(_ reason: Text) {
        let words: Text = "checkpoints are not pushed, and are tried again: \(reason)"
        if complaints.note(words, of: .checkpoints) { log.warning("\(words)") }
    }
}
