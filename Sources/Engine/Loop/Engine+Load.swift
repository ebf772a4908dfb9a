// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Model

/// How busy an engine is, for those who look.
package struct EngineLoad: Sendable, Hashable {
    /// Units that could run now.
    package var due: Int
    /// Units that wait for a moment: a retry, the next audit.
    package var delayed: Int
    package var running: Int
    package var states: [SyncState: Int]
    package var health: [Health: Int]

    package init(due: Int, delayed: Int, running: Int, states: [SyncState: Int], health: [Health: Int]) {
        self.due = due
        self.delayed = delayed
        self.running = running
        self.states = states
        self.health = health
    }
}

extension Engine {
    package var isRunningUnits: Bool { queue.runningCount > 0 }

    package func load() -> EngineLoad {
        var load = EngineLoad(
            due: queue.dueCount, delayed: queue.waitingCount - queue.dueCount, running: queue.runningCount, states: [:],
            health: [:])
        entries.tally { state, health in
            load.states[state, default: 0] += 1
            load.health[health, default: 0] += 1
        }
        return load
    }
}
