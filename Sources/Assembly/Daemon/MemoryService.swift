// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import CLinux
import Engine
import Model
import NIOPosix
import ServiceLifecycle
import Synchronization

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

/// Gives memory back to the system after large runs: what they held is free then, and the allocator would keep it.
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
            var pause = Self.patience
            for await _ in runs.news {
                repeat {
                    try? await clocks.sleep(clocks.monotonic().advanced(by: pause))
                    pause = Self.patience
                } while await engine.isRunningUnits && !Task.isCancelled
                await fleet.forget()
                let began = clocks.monotonic()
                _ = try? await NIOThreadPool.singleton.runIfActive { clinux_trim_memory() }
                pause = max(Self.patience, clocks.monotonic().duration(since: began) * Self.share)
            }
        }
    }
}
