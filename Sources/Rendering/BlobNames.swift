// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// The files of the source that a host's object names: every `source` in its spec.
enum BlobNames {
    static func named(by manifest: Value, of id: ObjectID) -> [(path: FieldPath, name: Text)] {
        guard id.group == "host.trimtab.dev", let spec = manifest["spec"] else { return [] }
        var found: [(FieldPath, Text)] = []
        collect(spec, at: FieldPath([.key("spec")]), into: &found)
        return found
    }

    private static func collect(_ value: Value, at path: FieldPath, into found: inout [(FieldPath, Text)]) {
        switch value {
        case .object(let object):
            for (key, value) in object.pairs {
                if key == "source", case .string(let name) = value {
                    found.append((path.appending(key), name))
                } else {
                    collect(value, at: path.appending(key), into: &found)
                }
            }
        case .array(let items):
            for (index, item) in items.enumerated() { collect(item, at: path.appending(index), into: &found) }
        default: break
        }
    }
}
