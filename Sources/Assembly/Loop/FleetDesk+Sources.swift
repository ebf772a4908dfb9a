// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Engine
import Fleet
import GitSource
import Manifest
import Model

extension FleetDesk {
    func record(_ drafts: [EventDraft]) async throws { _ = try await recorder.record(drafts) }

    /// Puts on record what the sources brought and what the fleet says, before anything comes of it. What could not be
    /// written is tried again with the next look. A look that was cut off found nothing out.
    func record() async {
        guard !Task.isCancelled else { return }
        let before = (sources: ledger, fleet: fleetLedger)
        var drafts: [EventDraft] = []
        for (source, findings) in looks.sorted(by: { $0.key < $1.key }) {
            for (follow, finding) in findings {
                guard case .git = finding.repository.kind else { continue }
                drafts += ledger.note(finding.look, at: follow, of: source, arrival: finding.arrival)
            }
        }
        if let fleetNews, let draft = fleetLedger.note(fleetNews) { drafts.append(draft) }
        do {
            if !drafts.isEmpty { try await record(drafts) }
        } catch {
            (ledger, fleetLedger) = before
            view.problems.append(Problem(reason: Text("the journal cannot be written: \(error)")))
        }
    }

    /// Lets go of repositories that the fleet does not name any more, and in the end of their mirrors. A fleet that cannot be
    /// read as a whole lets go of nothing.
    func sweep() async {
        guard snapshot.name != nil, fleetProblems.isEmpty else { return }
        let named = Set(snapshot.sources.values)
        repositories = repositories.filter { named.contains($0.key) }
        let now = clocks.monotonic()
        guard nextSweep.map({ $0 <= now }) ?? true else { return }
        nextSweep = now.advanced(by: .seconds(3600))
        await opener.mirrors.sweep(keeping: ([fleet] + repositories.values).compactMap(\.mirror))
    }
}
