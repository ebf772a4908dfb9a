// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model
import Secrets

/// What people may see of differences: of a secret, a fingerprint that is keyed for the target. So it can be seen that
/// it changed, and whether it changed back, and nothing else.
struct Disclosure: Sendable {
    private let fingerprints: SecretFingerprints

    init(_ fingerprints: SecretFingerprints) { self.fingerprints = fingerprints }

    func of(_ plan: Plan) -> Plan {
        var plan = plan
        for index in plan.changes.indices {
            plan.changes[index].fields = of(plan.changes[index].fields, on: plan.unit.target)
        }
        return plan
    }

    func of(_ fields: [FieldDifference], on target: TargetName) -> [FieldDifference] {
        fields.map { field in
            FieldDifference(
                path: field.path, old: field.old.map { of($0, target) }, new: field.new.map { of($0, target) })
        }
    }

    private func of(_ value: Value, _ target: TargetName) -> Value {
        switch value {
        case .secret(let secret):
            let bytes = secret.withExposed { Secret(Array($0.utf8)) }
            return .string("not shown; fingerprint \(fingerprints.fingerprint(of: bytes, in: target.text))")
        case .array(let items): return .array(items.map { of($0, target) })
        case .object(let object):
            return .object(Object(uniquePairs: object.pairs.map { ($0.key, of($0.value, target)) }))
        case .null, .bool, .number, .string: return value
        }
    }
}
