// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
import Model

extension Value {
    /// Whether what an event says names an object: as the key of a map or as an item of a list, in the form of
    /// ``ObjectID/key``.
    package func names(_ pattern: ObjectPattern) -> Bool {
        switch self {
        case .string(let text): ObjectID(key: text).map(pattern.matches) ?? false
        case .array(let items): items.contains { $0.names(pattern) }
        case .object(let object):
            object.pairs.contains { key, value in
                (ObjectID(key: key).map(pattern.matches) ?? false) || value.names(pattern)
            }
        case .null, .bool, .number, .secret: false
        }
    }
}
