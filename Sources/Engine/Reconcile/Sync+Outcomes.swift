// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

extension Sync {
    /// Takes in what came of some changes, and gives what is to be recorded of it.
    ///
    /// - Parameter desired: where the digests of what was applied are found.
    mutating func follow(_ outcomes: [Outcome], of changes: [Change], desired: [DesiredObject]) -> WaveOutcome {
        let digests = Dictionary(desired.map { ($0.id, $0.digest) }, uniquingKeysWith: { first, _ in first })
        var wave = WaveOutcome(wave: changes.first?.wave ?? 0, applied: [:], released: [], failed: [:])
        for outcome in outcomes {
            if outcome.result == .unchanged { wave.unchanged.append(outcome.object) }
            switch (outcome.result, outcome.action) {
            case (.failed(let reason), _), (.skipped(let reason), _): wave.failed[outcome.object] = reason
            case (_, .delete), (_, .orphan): wave.released.append(outcome.object)
            default:
                guard let digest = digests[outcome.object] else { continue }
                wave.applied[outcome.object] = WaveOutcome.Applied(digest: digest, uid: outcome.uid)
            }
        }
        let answered = Set(outcomes.map(\.object))
        for change in changes where !answered.contains(change.object) {
            wave.failed[change.object] = "the target gave no answer"
        }
        for (id, applied) in wave.applied {
            inventory.entries[id] = Inventory.Entry(uid: applied.uid, applied: applied.digest, wave: wave.wave)
        }
        for id in wave.released { inventory.entries[id] = nil }
        return wave
    }
}

extension WaveOutcome {
    /// `nil` when nothing failed.
    var failureInWords: Text? {
        guard !failed.isEmpty else { return nil }
        let first = failed.sorted { $0.key < $1.key }.prefix(3).map { "\($0.key): \($0.value)" }
        let others = failed.count > 3 ? "; and \(failed.count - 3) more" : ""
        return Text(first.joined(separator: "; ") + others)
    }
}

extension Intent {
    init(wave: Int, _ changes: [Change]) {
        var intended: [Change.Action: [ObjectID: Text]] = [:]
        for change in changes { intended[change.action, default: [:]][change.object] = change.uid }
        self.init(wave: wave, changes: intended)
    }
}
