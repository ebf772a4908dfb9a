// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Engine
import Model

extension LocalOperations {
    func stirs(after mark: UInt64?, wait: Duration) async -> UnitStirs {
        guard let mark else { return UnitStirs(mark: engine.stirred.newest) }
        // One of a process before this counts from where this one stands.
        let start = min(mark, engine.stirred.newest)
        if wait > .zero {
            let (engine, clocks) = (engine, clocks)
            await withTaskGroup { group in
                group.addTask { await engine.stirred.wait(past: start) }
                group.addTask { try? await clocks.sleep(clocks.monotonic().advanced(by: wait)) }
                await group.next()
                group.cancelAll()
            }
        }
        let (units, reached) = await engine.stirs(since: start)
        return UnitStirs(units: units, mark: reached)
    }
}
