// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

/// Content that was applied and has not changed is recognised by its digest, and needs no manifests as long as the
/// driver remembers what it looks like: only objects that it has doubts about are loaded.
///
///     identify ─ check ─┬─ all stand ─ settle
///                       ├─ some may not ─ load those ─ admit ─ compare ─ …
///                       └─ cannot tell ─ render ─ …
extension Reconciliation {
    /// What was applied, where the end of the run says nothing that only manifests could tell.
    private var recognisable: Digest? {
        guard facts.isRemembered, !facts.needsObjects, !job.part.isLimited, record.isSettled, case .whole = job.scope,
            let applied = record.applied,
            record.rendered ?? applied.render == applied.render, !record.bad.contains(applied.render),
            // What lies in stores may have changed, which only reading it can tell.
            applied.version.secrets.isEmpty
        else { return nil }
        return applied.render
    }

    mutating func beginAtNewest(_ version: Version) -> Step {
        guard recognisable != nil else { return render(version) }
        phase = .identifying(version)
        return Step(action: .identify(version))
    }

    mutating func identified(_ digest: Digest?, at version: Version) -> Step {
        guard let digest, digest == recognisable, case .whole(let depth) = job.scope else { return render(version) }
        phase = .checking(version, digest)
        return Step(action: .check(render: digest, depth))
    }

    mutating func checked(_ standing: Standing, _ digest: Digest, at version: Version) -> Step {
        mustAdmit = standing == .unknown
        guard let doubtful = standing.doubtful(asIn: record.inventory) else { return render(version) }
        self.doubtful = doubtful
        guard !doubtful.isEmpty else { return settle(Rendered(version: version, digest: digest, objects: [])) }
        phase = .loading(version: version, note: "")
        return Step(action: .load(render: digest, version: version, only: doubtful))
    }

    /// Whether those are here that were asked for. Where an object cannot be found any more, the whole is looked at.
    func isComplete(_ loaded: Rendered) -> Bool { doubtful.map { $0 == Set(loaded.all.map(\.id)) } ?? true }
}
