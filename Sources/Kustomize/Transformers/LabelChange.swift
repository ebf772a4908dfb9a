// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// `labels`, `commonLabels` and `commonAnnotations`: sets keys of maps, among them selectors.
struct LabelChange {
    var pairs: [(key: Text, value: Text)]
    var specs: [FieldSpec]
    /// What the kustomization calls it; for errors.
    var name: String

    func apply(to set: inout ResourceSet, _ allowance: inout Allowance) throws(KustomizeError) {
        if pairs.isEmpty { return }
        try set.changeContents { (resource) throws(KustomizeError) in
            for spec in specs {
                try resource.change(spec, creating: .map, by: name, &allowance) { (value) throws(WalkFailure) in
                    if value.isNull { value = .object(Object()) }
                    guard value.objectValue != nil else {
                        throw WalkFailure(reason: "it is \(value.kindInWords), not a map")
                    }
                    _ = value.editObject { object in
                        for (key, value) in pairs { object[key] = .string(value) }
                    }
                }
            }
        }
    }
}
