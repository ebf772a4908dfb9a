// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Engine
import Fleet
import KubernetesClient
package import Manifest
package import Model

extension KubernetesTarget {
    package func compare(
        _ objects: [DesiredObject], within context: [DesiredObject], of unit: UnitContext, depth: ComparisonDepth,
        contents: any BlobReader
    ) async throws(TargetError) -> [ObjectID: Comparison] {
        let reach = try reach(for: unit)
        var comparisons: [ObjectID: Comparison] = [:]
        comparisons.reserveCapacity(objects.count)
        var open: [DesiredObject] = []
        desk.judge(by: unit.driftRules, unit.unit)
        for object in objects {
            // What a watch follows is known as well as reading it would tell.
            comparisons[object.id] = desk.standing(object, of: unit.unit)
            if comparisons[object.id] == nil { open.append(object) }
        }
        guard !open.isEmpty else { return comparisons }
        let records = try await loadRecords(of: unit)
        if depth == .presumed {
            open.removeAll { object in
                guard records[object.id] == nil, desk.presume(object.id, unit: unit.unit) else { return false }
                comparisons[object.id] = .absent
                return true
            }
        }
        open = await meet(open, records, of: unit.unit, found: &comparisons)
        let coming = DefinedKinds(context)
        let told = desk.beginLook(at: open.lazy.map(\.id))
        let looks = await LiveReader(reach: reach, width: width, populations: populations).read(open) {
            [self] object, address, live in
            look(at: object, address, live, records[object.id], reach, told: told[object.id])
        }
        var seen: [ObjectID: ObjectRecord?] = [:]
        for (object, look) in zip(open, looks) {
            switch look {
            case .found(let found):
                comparisons[object.id] = found.comparison
                if let record = found.record, record != records[object.id] { seen[object.id] = record }
            case .absent:
                desk.missed(object.id, unit: unit.unit)
                comparisons[object.id] = .absent
                if records[object.id] != nil { seen[object.id] = .some(nil) }
            case .failed(let error):
                guard error.code == .unknownKind, coming.isNamespaced(object.id) != nil else {
                    throw TargetError(error)
                }
                comparisons[object.id] = .absent
            }
        }
        try await save(seen, of: unit)
        return comparisons
    }

    /// What watches that have just begun tell of objects that a process before this one has left: what is as it was then is
    /// not read once more.
    ///
    /// - Returns: those that have to be read.
    private func meet(
        _ open: [DesiredObject], _ records: [ObjectID: ObjectRecord], of unit: UnitID,
        found: inout [ObjectID: Comparison]
    ) async -> [DesiredObject] {
        let feeds = desk.expect(open, records, of: unit)
        if !feeds.isEmpty { await desk.wait(for: feeds) }
        return open.filter { object in
            found[object.id] = desk.standing(object, of: unit)
            return found[object.id] == nil
        }
    }

    /// Decides about one live object, and remembers what was seen of it.
    ///
    /// - Parameter told: what ``Desk/beginLook(at:)`` gave.
    func look(
        at object: DesiredObject, _ address: ObjectAddress, _ live: Value, _ record: ObjectRecord?, _ reach: Reach,
        told: UInt16?
    ) -> LiveLook {
        let verdict = Verdict(
            Verdict.Question(
                unit: reach.unit.unit, object: object,
                desired: reach.body(of: object, at: address), live: live,
                record: record, rules: reach.unit.driftRules, manager: Self.manager, key: key))
        let isOurs = Claim.holder(of: live) == .unit(reach.unit.unit)
        var stands: ObjectRecord?
        if case .stands = verdict.standing, isOurs {
            stands = ObjectRecord(
                of: live, desired: object.digest, manager: Self.manager, key: key, isExtended: verdict.isExtended)
            // A status that moved on says nothing about what we applied.
            if let record, record.isSame(objectAs: live), record.desired == object.digest {
                stands?.generation = record.generation
            }
        }
        let isKnown = isOurs || record?.isSame(objectAs: live) == true
        desk.saw(
            live, object.id, unit: reach.unit.unit, told: told ?? 0, isOurs: isKnown, stands: stands,
            extended: verdict.extended, hasAdditions: verdict.hasAdditions)
        // What stands as declared and bears no mark of ours lacks only that, whoever made it.
        if case .stands = verdict.standing, !isKnown {
            return LiveLook(comparison: .differs([], cause: nil), record: nil)
        }
        return LiveLook(comparison: verdict.comparison(rules: reach.unit.driftRules), record: stands)
    }
}

/// What came of looking at a live object.
struct LiveLook: Sendable {
    var comparison: Comparison
    /// What to remember of it, where it stands and is ours.
    var record: ObjectRecord?
}
