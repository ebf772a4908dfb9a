// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

extension Reconciliation {
    /// Content came with its secrets. That they were given out is on record before anything is done with them; the same
    /// secrets at the same versions are on record already.
    mutating func take(_ rendered: Rendered) -> Step {
        // A part of the unit cannot tell what a rotated secret means for the rest of it.
        if case .loading(let version, _) = phase, healingScope != nil, activePause == nil,
            !rendered.version.hasSecrets(of: version),
            let newest = facts.newest
        {
            job.scope = .whole(.content)
            return render(newest)
        }
        var step: Step
        switch phase {
        case .loading(let version, let note): step = use(rendered, of: version, note: note)
        default: step = choose(rendered)
        }
        let isPart = healingScope != nil || isPartial
        if !record.bad.contains(rendered.digest),
            let read = Self.read(rendered, by: facts.context, known: record, isPart: isPart)
        {
            step.record.insert(read.draft(of: unit), at: 0)
        }
        return step
    }

    /// `nil` when it is known.
    ///
    /// - Parameter isPart: The rest of the unit stands as it is known.
    static func read(
        _ rendered: Rendered, by context: UnitContext, known: UnitRecord, isPart: Bool = false
    ) -> SecretsRead? {
        let accesses = isPart ? known.secrets.merging(rendered.secrets) : rendered.secrets
        let had = known.secretFields ?? SecretFields()
        let fields = rendered.secretFields(beside: known)
        guard accesses != known.secrets || fields != had else { return nil }
        return SecretsRead(project: context.project.text, accesses: accesses, fields: fields)
    }

    /// Live values where there may be secrets are not for plans: as this content has them, or as one before it had. Both,
    /// so that a plan is the same before and after its content is on record.
    func withhold(_ live: [ObjectID: Comparison], beside rendered: Rendered) -> [ObjectID: Comparison] {
        live.withholding(rendered.secretFields(beside: record))
    }

    /// Whether this content, with these secrets, is what was applied.
    func isApplied(_ rendered: Rendered) -> Bool {
        guard let applied = record.applied, applied.render == rendered.digest else { return false }
        return rendered.version.hasSecrets(of: applied.version)
    }
}

extension Rendered {
    /// Where it has secrets, and where content before it had them in objects that are still there.
    func secretFields(beside record: UnitRecord) -> SecretFields {
        let own = SecretFields(of: all)
        guard let had = record.secretFields else { return own }
        let ids = Set(all.map(\.id))
        return had.only { ids.contains($0) || record.inventory.entries[$0] != nil }.merging(own)
    }
}
