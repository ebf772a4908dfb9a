// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// `namePrefix` and `nameSuffix`.
struct AffixChange {
    enum Position {
        case prefix, suffix
    }

    var position: Position
    var text: Text
    var specs: [FieldSpec]

    /// Kinds whose names mean something outside.
    private static func isExempt(_ type: GroupVersionKind) -> Bool {
        type.kind == "CustomResourceDefinition" || type.kind == "Namespace"
            || type.kind == "APIService" && type.group == "apiregistration.k8s.io"
    }

    func apply(to set: inout ResourceSet, _ allowance: inout Allowance) throws(KustomizeError) {
        guard !text.isEmpty else { return }
        try set.changeEach { (resource) throws(KustomizeError) in
            let original = resource.originalID.type
            if Self.isExempt(original) { return }
            for spec in specs where original.matches(spec.type) {
                if spec.path == "metadata/name" {
                    switch position {
                    case .prefix: resource.prefixes.append(text)
                    case .suffix: resource.suffixes.append(text)
                    }
                    resource.rememberID()
                }
                let quoted = resource.quoted
                let name = position == .prefix ? "namePrefix" : "nameSuffix"
                try resource.change(spec, creating: .nothing, by: name, &allowance) { (value) throws(WalkFailure) in
                    guard let old = value.scalarText else { throw WalkFailure(reason: "it is \(value.kindInWords)") }
                    let new: Text = position == .prefix ? "\(text)\(old)" : "\(old)\(text)"
                    value = value.rewritten(new, quoted: quoted)
                }
            }
        }
    }
}
