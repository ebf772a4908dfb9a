// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Manifest
import Model

/// Shows something once, or again whenever the journal grows.
struct Watch {
    var isOn: Bool
    var output: OutputOptions

    /// Relative times grow old even when nothing happens.
    private static let refresh = Duration.seconds(5)
    private static let clear = "\u{1B}[H\u{1B}[2J\u{1B}[3J"

    func show(events engine: any Operations, _ body: () async throws -> Void) async throws {
        guard isOn else { return try await body() }
        let terminal = Environment.current.terminal
        var filter = EventFilter(limit: 1)
        filter.start = .after(try await engine.events(filter).next)
        filter.wait = Self.refresh
        filter.limit = 1000
        while !Task.isCancelled {
            if output.output == .table, terminal.width != nil { terminal.write(Self.clear) }
            try await body()
            try terminal.requireOutput()
            filter.start = .after(try await engine.events(filter).next)
        }
    }
}
