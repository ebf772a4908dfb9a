// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Engine
package import Manifest
package import Model

extension HostTarget {
    package func compare(
        _ objects: [DesiredObject], within context: [DesiredObject], of unit: UnitContext, depth: ComparisonDepth,
        contents: any BlobReader
    ) async throws(TargetError) -> [ObjectID: Comparison] {
        let known = try await loadObservations(of: unit)
        let comparer = PathComparer(bench: workbench(for: unit), depth: depth)
        try await blocking { [book] () throws(HostFault) in try book.refresh() }
        let answers = try await lanes.map(objects, perLane: 128) { [comparer] object -> PathComparer.Answer in
            let observation = known[object.id].flatMap(Observation.init(bytes:))
            if let observation, comparer.stands(object.digest, observation) {
                return PathComparer.Answer(.same, observation: observation)
            }
            do throws(HostFault) {
                // Paths of neighbours matter to exclusive folders only, which are few.
                let neighbours = Neighbours(object.id.kind == "Directory" ? context : [])
                return comparer.compare(try HostObject(object), context: neighbours, observation: observation)
            } catch {
                return PathComparer.Answer(.refused(error.text))
            }
        }
        var comparisons: [ObjectID: Comparison] = [:]
        comparisons.reserveCapacity(objects.count)
        var seen: [ObjectID: [UInt8]?] = [:]
        for (object, answer) in zip(objects, answers) {
            comparisons[object.id] = answer.comparison
            if let bytes = answer.observation?.bytes, bytes != known[object.id] { seen[object.id] = bytes }
            if let blob = answer.newText {
                comparisons[object.id] = await Self.shown(answer.comparison, blob, contents)
            }
        }
        try await record(seen, of: unit)
        return comparisons
    }

    /// The same difference with the new content as text; as it was when that cannot be read or is no text.
    private static func shown(
        _ comparison: Comparison, _ blob: BlobReference, _ contents: any BlobReader
    ) async -> Comparison {
        guard case .differs(var fields, let cause) = comparison,
            let index = fields.firstIndex(where: { $0.path == FieldDifference.spec("content", nil, nil).path })
        else { return comparison }
        var bytes: [UInt8] = []
        do {
            try await contents.stream(blob) { bytes += $0 }
        } catch {
            return comparison
        }
        guard let text = Text(utf8: bytes) else { return comparison }
        fields[index].new = .string(text)
        return .differs(fields, cause: cause)
    }
}
