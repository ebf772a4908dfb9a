// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Manifest

/// Which fields of a manifest ignore rules mean.
enum IgnoredFields {
    /// The outermost of them, the last first, so that taking one out of a list moves none of the others.
    static func paths(_ patterns: [FieldPattern], in manifest: Value) -> [FieldPath] {
        var paths: [FieldPath] = []
        collect(manifest, FieldPath(), patterns, manifest, &paths)
        return paths.reversed()
    }

    private static func collect(
        _ value: Value, _ path: FieldPath, _ patterns: [FieldPattern], _ root: Value, _ paths: inout [FieldPath]
    ) {
        if !path.isEmpty, patterns.contains(where: { $0.covers(path, in: root) }) {
            paths.append(path)
            return
        }
        switch value {
        case .object(let object):
            for pair in object.pairs { collect(pair.value, path.appending(pair.key), patterns, root, &paths) }
        case .array(let items):
            for (index, item) in items.enumerated() { collect(item, path.appending(index), patterns, root, &paths) }
        case .null, .bool, .number, .string, .secret: return
        }
    }
}
