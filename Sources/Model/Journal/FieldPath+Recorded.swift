// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

extension FieldPath {
    /// Keys as texts, places in lists as numbers.
    var recorded: Value {
        .array(
            steps.map { step in
                switch step {
                case .key(let key): .string(key)
                case .index(let index): Value(index)
                }
            })
    }

    init?(recorded value: Value) {
        guard let items = value.arrayValue else { return nil }
        var steps: [Step] = []
        for item in items {
            if let key = item.stringValue {
                steps.append(.key(key))
            } else if let index = item.intValue.flatMap(Int.init(exactly:)) {
                steps.append(.index(index))
            } else {
                return nil
            }
        }
        self.init(steps)
    }
}
