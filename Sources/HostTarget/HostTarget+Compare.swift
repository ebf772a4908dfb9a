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
        counters.count { $0.manifestsRead += objects.count }
        let known = try await loadObservations(of: objects, in: unit)
        let bench = workbench(for: unit)
        let comparer = PathComparer(bench: bench, depth: depth == .content ? .content : .metadata)
        try await blocking { [book] () throws(HostFault) in try book.refresh() }
        let isPath = { (object: DesiredObject) in object.id.kind != "Service" && object.id.kind != "Package" }
        // Mostly there is nothing else, and then no copy either.
        let paths = objects.allSatisfy(isPath) ? objects : objects.filter(isPath)
        let answers = try await lanes.map(paths, perLane: 128) { [comparer] object -> PathComparer.Answer in
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
        for (object, answer) in zip(paths, answers) {
            comparisons[object.id] = answer.comparison
            if let bytes = answer.observation?.bytes, bytes != known[object.id] { seen[object.id] = bytes }
            if let blob = answer.newText {
                comparisons[object.id] = await Self.shown(answer.comparison, blob, contents)
            }
        }
        try await record(seen, of: unit)
        guard paths.count < objects.count else { return comparisons }
        let others = objects.filter { $0.id.kind == "Package" } + objects.filter { $0.id.kind == "Service" }
        return try await lanes.run { [comparisons, self] in
            var comparisons = comparisons
            for object in others {
                let changed = Set(comparisons.filter { $0.value.isChange }.map(\.key))
                comparisons[object.id] = compare(other: object, changed: changed, comparer, known)
            }
            return comparisons
        }
    }

    private func compare(
        other desired: DesiredObject, changed: Set<ObjectID>, _ comparer: PathComparer, _ known: [ObjectID: [UInt8]]
    ) -> Comparison {
        do throws(HostFault) {
            let object = try HostObject(desired)
            switch object.spec {
            case .service(let spec): return compare(object, spec, changed: changed, comparer, known)
            case .package(let spec): return compare(object, spec, comparer.bench)
            case .file, .directory, .link: return .refused("is no service and no package")
            }
        } catch {
            return .refused(error.text)
        }
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

extension Comparison {
    /// Whether a sync would change the object.
    fileprivate var isChange: Bool {
        switch self {
        case .absent, .differs: true
        case .same, .extended, .claimed, .refused: false
        }
    }
}
