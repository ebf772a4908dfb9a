// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import CLinux
import Engine
import Model
import NIOPosix
import ServiceLifecycle
import Synchronization
import Telemetry

/// Told of runs by whoever made them; tells when they have held much, one of them or many together.
final class LargeRuns: Sendable {
    /// Fewer objects leave nothing behind that is worth a look.
    private static let least = 500

    let news: AsyncStream<Void>
    private let told: AsyncStream<Void>.Continuation
    /// Objects since it last told.
    private let objects = Atomic<Int>(0)

    init() { (news, told) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1)) }

    func ended(objects count: Int) {
        guard objects.wrappingAdd(count, ordering: .relaxed).newValue >= Self.least else { return }
        objects.store(0, ordering: .relaxed)
        told.yield()
    }
}

/// Whether a process has come to hold so much more than it did that it is worth a look what of it can be given back.
struct MemoryGrowth: Sendable {
    /// Kibibytes. An eighth where that is more, so that a large process does not look the more often.
    static let allowance = 16 << 10

    /// The least since memory was last given back.
    private var floor = 0

    /// - Parameter processor: the share of one processor that the process had lately. Whoever allocates waits while memory
    ///   is given back (50 ms of 200 MB), and what is in use of it has to come again: one that is busy is left alone.
    mutating func isDue(at resident: Int, processor: Double) -> Bool {
        floor = min(floor, resident)
        return processor < 0.5 && resident > floor + max(Self.allowance, floor / 8)
    }

    mutating func gaveBack(leaving resident: Int) { floor = resident }
}

/// Gives memory back to the system: after large runs, when what they held is free and the allocator would keep it, and
/// whenever the process has grown. Many who come at once, and what was done only once, leave free pages between what
/// stays, and pages of the program that nobody needs again.
struct MemoryService: Service {
    let engine: Engine
    let fleet: FleetDesk
    let runs: LargeRuns
    let clocks: Clocks

    /// Runs come together; one look after the last of them is enough.
    private static let patience = Duration.seconds(2)
    /// Whoever allocates waits meanwhile, so that it takes no more than one part in so many of the time.
    private static let share = 200.0

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { await followRuns() }
                group.addTask { await followGrowth() }
            }
        }
    }

    private func followRuns() async {
        var pause = Self.patience
        for await _ in runs.news {
            repeat {
                await rest(pause)
                pause = Self.patience
            } while await engine.isRunningUnits && !Task.isCancelled
            await fleet.forget()
            pause = await giveBack()
        }
    }

    private func followGrowth() async {
        var (growth, pause) = (MemoryGrowth(), Self.patience)
        while !Task.isCancelled {
            let (began, spent) = (clocks.monotonic(), await Self.figures())
            await rest(pause)
            pause = Self.patience
            let lasted = max(clocks.monotonic().duration(since: began), .milliseconds(1))
            guard let spent, let now = await Self.figures() else { continue }
            let share = (now.cpuSeconds - spent.cpuSeconds) / (lasted / .seconds(1))
            guard growth.isDue(at: now.ownBytes >> 10, processor: share) else { continue }
            pause = await giveBack()
            growth.gaveBack(leaving: (await Self.figures() ?? now).ownBytes >> 10)
        }
    }

    /// Says how long to wait until the next time.
    private func giveBack() async -> Duration {
        let began = clocks.monotonic()
        _ = try? await NIOThreadPool.singleton.runIfActive { clinux_trim_memory() }
        return max(Self.patience, clocks.monotonic().duration(since: began) * Self.share)
    }

    private func rest(_ duration: Duration) async {
        try? await clocks.sleep(clocks.monotonic().advanced(by: duration))
    }

    private static func figures() async -> ProcessFigures? {
        try? await NIOThreadPool.singleton.runIfActive { ProcessFigures.read() }
    }
}
