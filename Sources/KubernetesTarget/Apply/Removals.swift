// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// Takes out of a live object what others put in: nobody who does not own a field can remove it by an apply.
enum Removals {
    /// Operations of RFC 6902, the last item of a list first. The first holds them to the object as it was read.
    static func operations(_ paths: [FieldPath], in live: Value) -> [Value] {
        let version = live["metadata"]?["resourceVersion"] ?? .null
        let test: Value = ["op": "test", "path": "/metadata/resourceVersion", "value": version]
        let ordered = paths.sorted { later($0, $1) }
        return [test] + ordered.map { ["op": "remove", "path": .string(pointer($0))] }
    }

    private static func later(_ left: FieldPath, _ right: FieldPath) -> Bool {
        for (a, b) in zip(left.steps, right.steps) where a != b {
            switch (a, b) {
            case (.index(let a), .index(let b)): return a > b
            case (.key(let a), .key(let b)): return a > b
            case (.index, .key): return true
            case (.key, .index): return false
            }
        }
        return left.steps.count > right.steps.count
    }

    /// RFC 6901.
    private static func pointer(_ path: FieldPath) -> Text {
        Text(
            path.steps.map { step in
                switch step {
                case .index(let index): "/\(index)"
                case .key(let key): "/" + key.string.replacing("~", with: "~0").replacing("/", with: "~1")
                }
            }.joined())
    }
}
