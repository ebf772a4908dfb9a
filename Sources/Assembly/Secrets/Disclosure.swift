// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model
import Secrets

/// What people may see of differences: of a secret, a fingerprint that is keyed for its place: the unit, the object and
/// the field. So it can be seen that it changed, and whether it changed back, and nothing else: whoever may fill another
/// place, on the same target too, finds out nothing by trying values there.
struct Disclosure: Sendable {
    private let fingerprints: SecretFingerprints

    init(_ fingerprints: SecretFingerprints) { self.fingerprints = fingerprints }

    func of(_ plan: Plan) -> Plan {
        var plan = plan
        for index in plan.changes.indices {
            let change = plan.changes[index]
            plan.changes[index].fields = of(change.fields, of: change.object, in: plan.unit)
        }
        return plan
    }

    func of(_ fields: [FieldDifference], of object: ObjectID, in unit: UnitID) -> [FieldDifference] {
        let owner: Text = "\(unit)\0\(object.key)\0"
        return fields.map { field in
            FieldDifference(
                path: field.path, old: field.old.map { of($0, at: field.path, owner) },
                new: field.new.map { of($0, at: field.path, owner) })
        }
    }

    private func of(_ value: Value, at path: FieldPath, _ owner: Text) -> Value {
        switch value {
        case .secret(let secret):
            let bytes = secret.withExposed { Secret(Array($0.utf8)) }
            let place: Text = "\(owner)\(Text(path.description))"
            return .string("not shown; fingerprint \(fingerprints.fingerprint(of: bytes, in: place))")
        case .array(let items):
            return .array(items.enumerated().map { of($1, at: path.appending($0), owner) })
        case .object(let object):
            return .object(
                Object(uniquePairs: object.pairs.map { ($0.key, of($0.value, at: path.appending($0.key), owner)) }))
        case .null, .bool, .number, .string: return value
        }
    }
}
