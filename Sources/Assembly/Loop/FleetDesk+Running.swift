// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import GitSource
import Model

/// What goes on beside single looks.
extension FleetDesk {
    /// A look asks only those servers that are due; repositories on this machine are looked at by their files.
    private static let interval = Duration.seconds(2)

    func close() async { await opener.mirrors.close() }

    /// Lets go of what was read of the sources lately, and of what it was rendered to.
    func forget() async {
        await content.forget()
        await opener.mirrors.forget()
    }

    /// Looks for new commits until cancelled.
    ///
    /// - Parameter tell: Is told, once for as long as it lasts, why a target is not served here.
    func run(telling tell: @Sendable (Problem) -> Void) async {
        var told: Set<Problem> = []
        while !Task.isCancelled {
            for problem in unserved where !told.contains(problem) { tell(problem) }
            told = Set(unserved)
            try? await clocks.sleep(clocks.monotonic().advanced(by: Self.interval * Double.random(in: 0.9..<1.1)))
            if !Task.isCancelled { await refresh() }
        }
    }
}
