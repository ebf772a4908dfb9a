// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// Where a unit's manifests have, or had, secrets. What stands there on the target may still be one when the manifest says
/// so no more: nothing marks it.
package struct SecretFields: Sendable, Hashable {
    /// Of more in one object, the whole object is one.
    package static let pathsPerObject = 16

    /// An empty path is the whole object; a place in a list stands for all of its places, which change when somebody puts
    /// in an item.
    package private(set) var paths: [ObjectID: [FieldPath]] = [:]

    package init() {}

    package init(of objects: some Sequence<DesiredObject>) {
        // What a Secret of Kubernetes holds is never shown.
        for object in objects where object.id.kind != "Secret" || !object.id.group.isEmpty {
            var found: [FieldPath] = []
            object.manifest.collectSecrets(at: FieldPath(), into: &found)
            if object.opened != nil { found.append(["spec", "content"]) }
            add(found, to: object.id)
        }
    }

    package var isEmpty: Bool { paths.isEmpty }

    package func merging(_ other: SecretFields) -> SecretFields {
        var merged = self
        for (object, paths) in other.paths { merged.add(paths, to: object) }
        return merged
    }

    /// Those of objects that somebody still knows of.
    package func only(_ isKnown: (ObjectID) -> Bool) -> SecretFields {
        var kept = SecretFields()
        kept.paths = paths.filter { isKnown($0.key) }
        return kept
    }

    /// Whether a field is, lies in, or holds one of them.
    package func touch(_ path: FieldPath, of object: ObjectID) -> Bool {
        paths[object]?.contains { secret in
            zip(secret.steps, path.steps).allSatisfy { own, other in
                if case (.index, .index) = (own, other) { true } else { own == other }
            }
        } ?? false
    }

    private mutating func add(_ more: [FieldPath], to object: ObjectID) {
        guard !more.isEmpty else { return }
        let whole = [FieldPath()]
        var known = paths[object] ?? []
        for path in more where known != whole && !known.contains(path) {
            known = known.count == Self.pathsPerObject ? whole : known + [path]
        }
        paths[object] = known
    }
}

extension SecretFields {
    package var value: Value { Value(byObject: paths) { .array($0.map(\.recorded)) } }

    /// Of what is no path the whole object stands.
    package init(_ value: Value) {
        paths = value.byObject { value in value.arrayValue?.map { FieldPath(recorded: $0) ?? FieldPath() } }
    }
}

extension Value {
    fileprivate func collectSecrets(at path: FieldPath, into found: inout [FieldPath]) {
        switch self {
        case .secret: found.append(path)
        case .array(let items):
            for item in items { item.collectSecrets(at: path.appending(0), into: &found) }
        case .object(let object):
            for (key, value) in object.pairs { value.collectSecrets(at: path.appending(key), into: &found) }
        case .null, .bool, .number, .string: break
        }
    }

    /// The same with nothing in it that can be seen.
    fileprivate var withheld: Value {
        switch self {
        case .null, .secret: self
        case .string(let text): .secret(Secret(text))
        case .bool, .number: .secret(Secret(Text(String(decoding: JSON.write(self), as: UTF8.self))))
        case .array(let items): .array(items.map(\.withheld))
        case .object(let object):
            .object(Object(uniquePairs: object.pairs.map { (key: $0.key, value: $0.value.withheld) }))
        }
    }
}

extension Comparison {
    /// The same with live values withheld where there may be a secret.
    package func withholding(_ secrets: SecretFields, of object: ObjectID) -> Comparison {
        func withheld(_ fields: [FieldDifference]) -> [FieldDifference] {
            fields.map { field in
                guard let old = field.old, secrets.touch(field.path, of: object) else { return field }
                return FieldDifference(path: field.path, old: old.withheld, new: field.new)
            }
        }
        return switch self {
        case .differs(let fields, let cause): .differs(withheld(fields), cause: cause)
        case .extended(let fields, let cause): .extended(withheld(fields), cause: cause)
        case .same, .absent, .claimed, .refused: self
        }
    }
}

extension [ObjectID: Comparison] {
    package func withholding(_ secrets: SecretFields) -> Self {
        guard !secrets.isEmpty else { return self }
        var withheld = self
        for object in secrets.paths.keys { withheld[object] = self[object]?.withholding(secrets, of: object) }
        return withheld
    }
}
