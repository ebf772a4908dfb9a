// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

/// Carries out the steps of one reconciliation: records, then acts, and hands back what came of it.
struct Worker: Sendable {
    let context: UnitContext
    let driver: any TargetDriver
    let content: any ContentProvider
    let clocks: Clocks
    /// How long content may take to be made or read.
    let contentDeadline: Duration
    let record: @Sendable ([EventDraft]) async throws -> Void
    let follow: @Sendable (Rendered) async -> Void
    let interruption: @Sendable () async -> Interruption?
    /// The unit's pause as it stands now.
    let pause: @Sendable () async -> Paused?

    func run(_ reconciliation: Reconciliation) async -> Conclusion {
        var reconciliation = reconciliation
        var step = reconciliation.begin()
        while true {
            do {
                if !step.record.isEmpty { try await record(step.record) }
            } catch {
                // What cannot be recorded is not done.
                return Conclusion(
                    state: .failed, reason: Text("the journal cannot be written: \(error)"), again: .afterBackoff,
                    fights: FightLedger())
            }
            CrashPoint.reached(step.action.crashPoints.before)
            if case .finish(let conclusion) = step.action { return conclusion }
            let crashPoint = step.action.crashPoints.after
            let input =
                if let interruption = await interruption() { Input.interrupted(interruption) } else {
                    await perform(step.action)
                }
            if let crashPoint { CrashPoint.reached(crashPoint) }
            if step.action.precedesDecision { reconciliation.take(await pause()) }
            reconciliation.take(now: clocks.monotonic())
            step = reconciliation.advance(input)
        }
    }

    /// Content that is there before its deadline. What makes it is cancelled then, and awaited until it ends.
    private func inTime(_ make: @escaping @Sendable () async throws -> Rendered) async throws -> Rendered {
        let end = clocks.monotonic().advanced(by: contentDeadline)
        return try await withThrowingTaskGroup(of: Rendered.self) { group in
            group.addTask { try await make() }
            group.addTask {
                try await clocks.sleep(end)
                throw ContentError("the content takes longer than \(contentDeadline) to be rendered or read")
            }
            defer { group.cancelAll() }
            guard let first = try await group.next() else { throw CancellationError() }
            return first
        }
    }

    private func perform(_ action: Action) async -> Input {
        do {
            switch action {
            case .recall: return .recalled(try await driver.storedInventory(of: context))
            case .identify(let version): return .identified(try await content.digest(of: context.unit, at: version))
            case .check(let digest, let depth):
                return .checked(try await driver.standing(of: digest, in: context, depth: depth))
            case .render(let version):
                return .rendered(try await inTime { try await content.render(context.unit, at: version) })
            case .load(let digest, let version, let ids):
                return .rendered(
                    try await inTime { try await content.load(digest, of: context.unit, at: version, only: ids) })
            case .loadHooks(let digest, let version):
                return .rendered(
                    try await inTime { try await content.hooks(of: digest, of: context.unit, at: version) })
            case .admit(let objects): return .admitted(try await driver.admit(objects, of: context))
            case .follow(let rendered):
                await follow(rendered)
                return .followed
            case .compare(let objects, let version, let depth):
                let blobs = try await content.blobs(of: context.unit, at: version)
                return .compared(
                    try await driver.compare(objects, within: objects, of: context, depth: depth, contents: blobs))
            case .store(let inventory):
                try await driver.store(inventory, of: context)
                return .stored
            case .release(let inventory):
                try await driver.release(inventory, of: context)
                return .stored
            case .carryOut(let wave, let version, let items, let all):
                let blobs = try await content.blobs(of: context.unit, at: version)
                let order = WaveOrder(number: wave, items: items, context: all, contents: blobs)
                return .carriedOut(try await driver.carryOut(order, of: context))
            case .health(let objects, false): return .health(try await driver.health(of: objects, in: context))
            case .health(let objects, true): return .health(try await driver.explainedHealth(of: objects, in: context))
            case .wait(let duration):
                try await clocks.sleep(clocks.monotonic().advanced(by: duration))
                return .waited
            case .finish: return .failed(reason: "a finished run was asked to go on")
            }
        } catch {
            // Whatever the error is called, what was cut off has not failed.
            if Task.isCancelled || error is CancellationError {
                return .interrupted(.cancelled(reason: "trimtab is stopping"))
            }
            let reason = Text(String(describing: error))
            return (error as? ContentError)?.isPassing == true ? .unavailable(reason: reason) : .failed(reason: reason)
        }
    }
}

extension Action {
    /// Whether it may be decided upon its outcome that something is done, or that nothing is while the unit is paused.
    fileprivate var precedesDecision: Bool {
        switch self {
        case .render, .load, .loadHooks, .compare: true
        case .recall, .identify, .check, .admit, .follow, .store, .release, .carryOut, .health, .wait, .finish: false
        }
    }

    /// Once everything before the act is on record, and once the act is done and its outcome is not. Nothing comes after
    /// the end.
    fileprivate var crashPoints: (before: StaticString, after: StaticString?) {
        switch self {
        case .recall: ("engine-before-recall", "engine-after-recall")
        case .identify: ("engine-before-identify", "engine-after-identify")
        case .check: ("engine-before-check", "engine-after-check")
        case .render: ("engine-before-render", "engine-after-render")
        case .load, .loadHooks: ("engine-before-load", "engine-after-load")
        case .admit: ("engine-before-admit", "engine-after-admit")
        case .follow: ("engine-before-follow", "engine-after-follow")
        case .compare: ("engine-before-compare", "engine-after-compare")
        case .store, .release: ("engine-before-store", "engine-after-store")
        case .carryOut: ("engine-before-carry-out", "engine-after-carry-out")
        case .health: ("engine-before-health", "engine-after-health")
        case .wait: ("engine-before-wait", "engine-after-wait")
        case .finish: ("engine-before-finish", nil)
        }
    }
}
