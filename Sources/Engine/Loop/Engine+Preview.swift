// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Fleet
package import Manifest
package import Model

/// Looking without acting: what a sync would do, and how live objects differ from what was applied.
extension Engine {
    /// What a sync of a unit would do at a version, and why it would wait, where it would.
    package struct Preview: Sendable {
        package var rendered: Rendered
        /// Why that is not the newest content, where nobody asked for another; empty when it is.
        package var note: Text
        package var plan: Plan
        /// In the order in which they would be run.
        package var hooks: [PlannedHook]
        package var objection: Text?
        /// Whether nobody can let it through.
        package var isRefused: Bool
        /// Who would have to agree first; `nil` where nobody, or where a guard objects before that.
        package var approval: (rule: ApprovalRule, count: ApprovalCount)?
        /// What the target would have against some changes, as far as it can be asked.
        package var refusals: [Refusal]
    }

    /// Compares contents and changes nothing in the target. The journal takes note of secrets that were not read before.
    ///
    /// - Parameter part: what the sync would be asked for.
    package func preview(
        _ unit: UnitID, at version: Version? = nil, part: SyncPart = .whole
    ) async throws -> Preview {
        let (entry, driver) = try find(unit)
        let record = try await recalled(entry, driver)
        let asked = version
        guard var version = version ?? entry.managed.newest else { throw ContentError("\(unit) left the fleet") }
        let context = entry.managed.context
        var recognised = part.isLimited ? nil : try await recognise(entry, driver, at: version)
        var rendered: Rendered
        if let recognised { rendered = recognised } else { rendered = try await content.render(unit, at: version) }
        var staying: Text = ""
        let isBad = record.bad.contains(rendered.digest)
        if isBad, asked == nil, let earlier = record.lastGood {
            (recognised, version, staying) = (nil, earlier.version, earlier.staying)
            rendered = try await content.load(earlier.render, of: unit, at: version, only: nil).taken(backTo: version)
        }
        if recognised == nil {
            try await note(rendered, of: entry, isPart: version != entry.managed.newest)
        }
        defer { runEnded(rendered.all.count) }
        let refusals = rendered.all.isEmpty ? [] : try await driver.admit(rendered.all, of: context)
        if let refusal = refusals.first { throw ContentError("refused: \(refusal.object): \(refusal.reason)") }
        let live =
            rendered.all.isEmpty
            ? [:]
            : try await driver.compare(
                rendered.all, within: rendered.all, of: context, depth: .content,
                contents: try await content.blobs(of: unit, at: version)
            ).withholding(rendered.secretFields(beside: record))
        let plan: Plan
        do {
            plan =
                recognised == nil
                ? try Planner.plan(
                    unit: unit, render: rendered.digest, desired: rendered.objects, hooks: rendered.hooks,
                    live: live, inventory: record.inventory, part: part, pruning: entry.managed.policy.pruning,
                    uid: driver.uid)
                : try Planner.healing(
                    unit: unit, render: rendered.digest, desired: rendered.objects, live: live,
                    inventory: record.inventory, namesOthers: true, uid: driver.uid)
        } catch {
            throw ContentError(Text(error.reasons.map(\.string).joined(separator: "; ")))
        }
        let objection = DeletionGuard.objection(
            to: plan, inventory: record.inventory, limit: entry.managed.policy.prune, recovered: record.recovered,
            isProtected: driver.isProtected)
        let isFree = rendered.digest == record.applied?.render || plan.isEmpty || !staying.isEmpty
        let approval = isFree ? nil : entry.managed.policy.approval
        var held = record.confirmed.contains(plan.digest) ? nil : objection
        // No confirmation brings it back.
        let isRefused = isBad && staying.isEmpty
        if isRefused {
            held = asked == nil ? UnitRecord.nothingGood : "this content is marked bad: it is not brought again"
        }
        var missing: (rule: ApprovalRule, count: ApprovalCount)?
        if held == nil, let approval {
            let count = ApprovalCount(approval, for: plan.digest, votes: record.votes)
            if !count.isEnough { missing = (approval, count) }
        }
        let written = Set(plan.changes.filter { $0.action == .create || $0.action == .update }.map(\.object))
        let isKnown = rendered.digest == record.applied?.render && record.isSettled
        return Preview(
            rendered: rendered, note: staying, plan: plan,
            hooks: isKnown && plan.isEmpty || part.isLimited || !staying.isEmpty
                ? [] : SyncStage.hooks(around: plan, rendered.hooks, isFoundation: driver.isFoundation),
            objection: held ?? missing?.count.words, isRefused: isRefused, approval: missing,
            refusals: try await driver.rehearse(
                rendered.objects.filter { written.contains($0.id) }, within: rendered.objects, of: context))
    }

    /// What is known of a unit; of one that the journal knows nothing of, what the target knows.
    private func recalled(_ entry: Entry, _ driver: any TargetDriver) async throws(TargetError) -> UnitRecord {
        var record = entry.record
        guard record.isBlank, let inventory = try await driver.storedInventory(of: entry.managed.context) else {
            return record
        }
        record.inventory = inventory.claim
        record.recovered = Set(inventory.entries.keys)
        return record
    }

    /// Of content that was applied and has not changed: the objects that the driver cannot vouch for. `nil` when only the
    /// whole content can tell what a sync would do.
    private func recognise(
        _ entry: Entry, _ driver: any TargetDriver, at version: Version
    ) async throws -> Rendered? {
        let (unit, record) = (entry.managed.unit, entry.record)
        guard let applied = record.applied?.render, record.applied?.version.secrets.isEmpty == true, record.isSettled,
            try await content.digest(of: unit, at: version) == applied
        else { return nil }
        let standing = try await driver.standing(of: applied, in: entry.managed.context, depth: .content)
        guard let doubtful = standing.doubtful(asIn: record.inventory) else { return nil }
        guard !doubtful.isEmpty else { return Rendered(version: version, digest: applied, objects: []) }
        let rendered = try await content.load(applied, of: unit, at: version, only: doubtful)
        return Set(rendered.all.map(\.id)) == doubtful ? rendered : nil
    }

    /// How live objects stand to what was last applied.
    package struct LiveDrift: Sendable {
        package var version: Version
        package var live: [ObjectID: Comparison]
        /// Of objects that differ, or that others have put something into; `nil` where nobody asked.
        package var owners: [ObjectID: [FieldOwners]]?
    }

    /// `nil` for a unit to which nothing was applied.
    ///
    /// - Parameter hasOwners: whether to ask who holds each field.
    package func drift(of unit: UnitID, hasOwners: Bool = false) async throws -> LiveDrift? {
        let (entry, driver) = try find(unit)
        guard let applied = entry.record.applied else { return nil }
        let rendered = try await content.load(applied.render, of: unit, at: applied.version, only: nil)
        defer { runEnded(rendered.objects.count) }
        try await note(rendered, of: entry, isPart: true)
        var live = try await driver.compare(
            rendered.objects, within: rendered.objects, of: entry.managed.context, depth: .content,
            contents: try await content.blobs(of: unit, at: applied.version)
        ).withholding(rendered.secretFields(beside: entry.record))
        for object in rendered.objects {
            guard case .differs(let fields, nil) = live[object.id] else { continue }
            live[object.id] = .differs(fields, cause: driver.whoChanged(object))
        }
        var owners: [ObjectID: [FieldOwners]]?
        if hasOwners {
            let changed = rendered.objects.filter { object in
                switch live[object.id] {
                case .differs, .extended: true
                default: false
                }
            }
            owners = changed.isEmpty ? [:] : try await driver.owners(of: changed, in: entry.managed.context)
        }
        return LiveDrift(version: applied.version, live: live, owners: owners)
    }

    /// - Parameter isPart: it is not all that the unit is to have; what is known of the rest stays on record.
    func note(_ rendered: Rendered, of entry: Entry, isPart: Bool) async throws {
        let read = Reconciliation.read(
            rendered, by: entry.managed.context, known: entry.record, isPart: isPart)
        if let read { try await record([read.draft(of: entry.managed.unit)]) }
    }

    func find(_ unit: UnitID) throws(ContentError) -> (Entry, any TargetDriver) {
        guard let entry = entries[unit] else { throw ContentError("no unit \(unit)") }
        guard let driver = drivers[unit.target] else { throw ContentError("no target \(unit.target) here") }
        return (entry, driver)
    }
}
