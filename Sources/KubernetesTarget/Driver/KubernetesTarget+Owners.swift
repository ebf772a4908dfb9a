// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Engine
import KubernetesClient
package import Manifest
package import Model

extension KubernetesTarget {
    /// Reads the objects once more: what a decision needs is kept of them, and this is for people.
    package func owners(
        of objects: [DesiredObject], in unit: UnitContext
    ) async throws(TargetError) -> [ObjectID: [FieldOwners]] {
        let reach = try reach(for: unit)
        let records = try await loadRecords(of: unit)
        let answers = await LiveReader(reach: reach, width: width, populations: populations).read(objects) {
            [key] object, address, live in
            let verdict = Verdict(
                Verdict.Question(
                    unit: reach.unit.unit, object: object, desired: reach.body(of: object, at: address), live: live,
                    record: records[object.id], rules: reach.unit.driftRules, manager: Self.manager, key: key))
            return verdict.owners(in: ManagedFields(of: live))
        }
        var owners: [ObjectID: [FieldOwners]] = [:]
        for (object, answer) in zip(objects, answers) {
            switch answer {
            case .found(let fields): owners[object.id] = fields
            case .absent: continue
            case .failed(let error): throw TargetError(error)
            }
        }
        return owners
    }
}

extension Verdict {
    /// Of each field that differs, is ours no more, or was put in by others: everybody who holds it, ourselves among them.
    func owners(in managed: ManagedFields) -> [FieldOwners] {
        var fields: [(path: FieldPath, elements: [FieldSet.Element])] = additions.map { ($0.path, $0.elements) }
        if case .differs(let difference) = standing {
            fields += zip(difference.values, difference.valueElements).map { ($0.path, $1) }
            fields += zip(difference.lost, difference.lostElements).map { ($0, $1) }
            fields += difference.additions.map { ($0.path, $0.elements) }
        }
        return fields.map { path, elements in
            FieldOwners(path: path, owners: managed.holders(of: elements).map(FieldOwners.Owner.init))
        }
    }
}

extension FieldOwners.Owner {
    fileprivate init(_ entry: ManagedFields.Entry) {
        self.init(
            manager: entry.manager, isApply: entry.isApply, time: entry.time, subresource: entry.subresource)
    }
}
