// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// What differs between two renders of one chart.
enum Instability {
    static func between(_ first: [HelmObject], _ second: [HelmObject]) -> [UnstableField] {
        let others = Dictionary(second.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let ids = Set(first.map(\.id))
        var fields: [UnstableField] = []
        for object in first {
            guard let other = others[object.id] else {
                fields.append(UnstableField(object: object.id, field: FieldPath(), template: object.template))
                continue
            }
            for difference in object.manifest.differences(to: other.manifest) {
                fields.append(
                    UnstableField(object: object.id, field: difference.path, template: object.template))
            }
        }
        for object in second where !ids.contains(object.id) {
            fields.append(UnstableField(object: object.id, field: FieldPath(), template: object.template))
        }
        return fields
    }
}
