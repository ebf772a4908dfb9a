// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Engine
package import Manifest
package import Model

extension HostTarget {
    package func remember(
        _ objects: [DesiredObject], as render: Digest, of unit: UnitContext
    ) async throws(TargetError) {
        guard let terms = terms(of: unit), Set(objects.map(\.id)).count == objects.count,
            objects.allSatisfy({ $0.id.key.utf8.count <= Self.longestKey })
        else { return }
        counters.count { $0.manifestsRead += objects.count }
        let known = try await loadObservations(of: objects, in: unit)
        let bench = workbench(for: unit)
        let rows = try await lanes.map(objects, perLane: 256) { desired -> ArraySlice<UInt8>? in
            guard let object = try? HostObject(desired) else { return nil }
            let real = object.path.flatMap { try? bench.reach.locate($0, as: object.id.kind).real }
            let observation = known[object.id].flatMap(Observation.init(bytes:))
            return ChecklistRow(object, real: real, observation: observation).bytes[...]
        }
        guard !rows.contains(nil) else { return }
        let parts = Checklist.parts(
            of: rows.compactMap(\.self), for: objects.map(\.id), render: render, terms: terms)
        // What cannot be kept costs time later, and nothing else.
        try? await observations.keep(parts.map(\.bytes), of: unit.unit)
    }

    package func standing(
        of render: Digest, in unit: UnitContext, depth: ComparisonDepth
    ) async throws(TargetError) -> Standing {
        guard let terms = terms(of: unit) else { return .unknown }
        let comparer = PathComparer(bench: workbench(for: unit), depth: depth)
        var roll = Standing.Roll(objects: [], doubtful: [])
        var header: Checklist.Header?
        for number in 0... {
            guard let bytes = try? await observations.memory(of: unit.unit, part: number),
                let part = Checklist(bytes: bytes), part.number == number, part.header.render == render,
                part.header.terms == terms, header == nil || header == part.header
            else { return .unknown }
            header = part.header
            guard try await look(at: part, with: comparer, into: &roll) else { return .unknown }
            if number + 1 >= part.header.parts { break }
        }
        return .known(roll)
    }

    /// `false` when nothing can be told by the checklist any more.
    private func look(
        at part: Checklist, with comparer: PathComparer, into roll: inout Standing.Roll
    ) async throws(TargetError) -> Bool {
        if part.number == 0 { try await blocking { [book] () throws(HostFault) in try book.refresh() } }
        // A look at metadata is not worth a thread for a few.
        let looks = try await lanes.map(part.rows, perLane: comparer.depth == .metadata ? 500 : 128) { row in
            comparer.look(at: row)
        }
        var fresh = part
        var isFresh = false
        roll.objects.reserveCapacity(roll.objects.count + looks.count)
        for (index, look) in looks.enumerated() {
            switch look {
            case .stands(let id, fresh: nil): roll.objects.append(id)
            case .stands(let id, fresh: let row?):
                roll.objects.append(id)
                fresh.rows[index] = row[...]
                isFresh = true
            case .doubtful(let id):
                roll.objects.append(id)
                roll.doubtful.insert(id)
            case .lost: return false
            }
        }
        if isFresh {
            try? await observations.keep(fresh.bytes, asPart: Int(part.number), of: comparer.bench.unit)
        }
        return true
    }

    /// Bytes. Longer ones have no use, and no place in a row.
    private static let longestKey = 4096

    private func terms(of unit: UnitContext) -> Digest? {
        Terms.digest(limits: Self.limits(of: unit), protected: protected, root: root)
    }
}

extension PathComparer {
    enum Look: Sendable {
        /// With the row as it is to be kept, where something new was seen.
        case stands(ObjectID, fresh: [UInt8]?)
        case doubtful(ObjectID)
        /// The row cannot be read, or its path leads somewhere else now: what was admitted was something else.
        case lost
    }

    /// The same answer that ``compare(_:context:observation:)`` gives for the manifest, or doubt.
    func look(at bytes: ArraySlice<UInt8>) -> Look {
        guard var row = ChecklistRow(bytes: bytes) else { return .lost }
        guard let expectation = row.expectation else { return .doubtful(row.id) }
        if let observation = row.observation, stands(observation.object, observation) {
            return .stands(row.id, fresh: nil)
        }
        guard let object = row.object() else { return .lost }
        let answer = compare(object, context: Neighbours([]), observation: row.observation)
        if let real = answer.real, real != expectation.real { return .lost }
        guard case .same = answer.comparison else { return .doubtful(row.id) }
        guard let observation = answer.observation, observation != row.observation else {
            return .stands(row.id, fresh: nil)
        }
        row.observation = observation
        return .stands(row.id, fresh: row.bytes)
    }
}
