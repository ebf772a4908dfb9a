// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Journal
import Logging
import Model
import ServiceLifecycle

/// Saves what a start needs, and erases what need not be kept. Upkeep that fails is no reason to stop serving.
struct JournalService: Service {
    let upkeep: JournalUpkeep
    /// How far the start found the units' records saved, and how many units there were.
    let known: (saved: UInt64, units: Int)
    let retention: Retention?
    let clocks: Clocks
    let log: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { await save() }
                if let retention { group.addTask { await erase(retention) } }
            }
        }
    }

    /// How long what is due to be saved waits for more of its kind: many events come at once, above all at a first render.
    private static let rest = Duration.seconds(10)

    private func save() async {
        // The start has just read them all; to read them again would tell nothing.
        var due = known.saved &+ JournalUpkeep.interval(units: known.units)
        while !Task.isCancelled {
            await upkeep.journal.wait(past: due &- 1)
            await pause(Self.rest)
            guard !Task.isCancelled else { return }
            do {
                let (saved, interval) = try await upkeep.saveRecords()
                due = saved &+ interval
            } catch {
                log.warning("the units' records cannot be saved: \(error)")
                await pause(.seconds(60))
            }
        }
    }

    private func erase(_ retention: Retention) async {
        let started = (wall: clocks.wall(), monotonic: clocks.monotonic())
        while !Task.isCancelled {
            await pause(.seconds(3600))
            do {
                let event = try await upkeep.retain(retention, now: Retention.now(clocks, since: started))
                if let erased = event?.payload(as: Retained.self) {
                    log.info("erased the payloads of events up to \(erased.through)")
                }
            } catch {
                log.warning("old payloads cannot be erased: \(error)")
            }
        }
    }

    private func pause(_ duration: Duration) async {
        try? await clocks.sleep(clocks.monotonic().advanced(by: duration))
    }
}
