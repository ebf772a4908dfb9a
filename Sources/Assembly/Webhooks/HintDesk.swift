// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Model
import ServiceLifecycle
import Webhooks

/// Has sources looked at that somebody says have moved. What comes while a look is under way is the next look.
actor HintDesk {
    private var queue = HintQueue<SourceName>()
    /// When each of those that wait was first told of.
    private var told: [SourceName: Time] = [:]
    private let clocks: Clocks
    private let news: AsyncStream<Void>
    private let bell: AsyncStream<Void>.Continuation

    init(clocks: Clocks) {
        self.clocks = clocks
        (news, bell) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    func add(_ sources: Set<SourceName>) {
        queue.add(sources, now: clocks.monotonic())
        let now = clocks.wall()
        told.merge(sources.map { ($0, now) }) { first, _ in first }
        bell.yield()
    }

    /// Until cancelled.
    /// - Parameter look: looks at sources, given when each was first told of.
    func run(look: @Sendable ([SourceName: Time]) async -> Void) async {
        for await _ in news {
            while let next = queue.next, !Task.isCancelled {
                try? await clocks.sleep(next)
                let due = queue.take(now: clocks.monotonic())
                let hints = told.filter { due.contains($0.key) }
                for source in due { told[source] = nil }
                if !hints.isEmpty { await look(hints) }
            }
        }
    }
}

struct HintService: Service {
    let hints: HintDesk
    let fleet: FleetDesk

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await hints.run { await fleet.refresh(hinted: $0) }
        }
    }
}
