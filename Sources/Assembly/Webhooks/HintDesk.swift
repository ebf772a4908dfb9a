// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Model
import ServiceLifecycle
import Webhooks

/// Has sources looked at that somebody says have moved. What comes while a look is under way is the next look.
actor HintDesk {
    private var queue = HintQueue<SourceName>()
    private let clocks: Clocks
    private let news: AsyncStream<Void>
    private let told: AsyncStream<Void>.Continuation

    init(clocks: Clocks) {
        self.clocks = clocks
        (news, told) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    func add(_ sources: Set<SourceName>) {
        queue.add(sources, now: clocks.monotonic())
        told.yield()
    }

    /// Until cancelled.
    func run(look: @Sendable (Set<SourceName>) async -> Void) async {
        for await _ in news {
            while let next = queue.next, !Task.isCancelled {
                try? await clocks.sleep(next)
                let due = queue.take(now: clocks.monotonic())
                if !due.isEmpty { await look(due) }
            }
        }
    }
}

struct HintService: Service {
    let hints: HintDesk
    let fleet: FleetDesk

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await hints.run { await fleet.refreshNow($0) }
        }
    }
}
