// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import TestSupport

extension MemoryTree {
    mutating func add(_ name: String, _ content: String) {
        nodes[path(name)] = .file(Array(content.utf8), executable: false)
    }
}
