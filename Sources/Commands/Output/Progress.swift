// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Manifest
import Model

/// Shows the journal's news on a terminal while something takes its time.
struct Progress {
    var output: OutputOptions

    func show<Result: Sendable>(
        of units: UnitFilter, in engine: any Operations, while body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        guard Environment.current.terminal.isErrorVisible, output.output == .table else { return try await body() }
        let start = try await engine.events(EventFilter(units: units, limit: 1)).next
        return try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                try? await self.follow(units, in: engine, after: start)
                return nil
            }
            defer { group.cancelAll() }
            while let result = try await group.next() {
                if let result { return result }
            }
            throw CancellationError()
        }
    }

    private func follow(_ units: UnitFilter, in engine: any Operations, after start: UInt64) async throws {
        let terminal = Environment.current.terminal
        var filter = EventFilter(units: units, start: .after(start), wait: EventFilter.longestWait)
        while !Task.isCancelled {
            let page = try await engine.events(filter)
            for view in page.events { terminal.writeError([LogReport().line(view)].text(colour: output.hasColour)) }
            filter.start = .after(page.next)
        }
    }
}
