// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
package import Model

/// A unit that is paused is looked at, so that drift is on record, and not touched.
extension Reconciliation {
    /// What has come over the run: one that began before a pause begins no sync in it. The end of a pause is for the
    /// next run, since this one may have looked at what is applied and not at what is new.
    package mutating func take(_ pause: Paused?) {
        if let pause { facts.record.pause = pause }
    }

    /// What time it is by now.
    package mutating func take(now: Moment) { facts.monotonic = now }

    var activePause: Paused? { record.pause.flatMap { $0.until > facts.wall ? $0 : nil } }

    /// After a failed or interrupted sync it cannot be told what is drift.
    mutating func beginPaused(_ pause: Paused) -> Step {
        guard let applied = record.applied, record.isSettled else { return rest(in: pause) }
        phase = .loading(version: applied.version, note: "")
        return Step(action: .load(render: applied.render, version: applied.version, only: healingScope))
    }

    /// - Parameter drafts: what was seen.
    mutating func rest(in pause: Paused, rendered: Rendered? = nil, recording drafts: [EventDraft] = []) -> Step {
        let left = pause.until.duration(since: facts.wall)
        let reason: Text = pause.reason.isEmpty ? "" : ": \(pause.reason)"
        return finish(
            .paused, "paused until \(pause.until)\(reason)", again: .after(left), rendered: rendered, recording: drafts)
    }
}
