// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

extension Dictionary where Key: Comparable {
    /// The pairs in the order of their keys. Only keys are moved about to sort them: a declaration is large, and a fleet
    /// may have thousands.
    var inOrder: some Sequence<(key: Key, value: Value)> {
        keys.sorted().lazy.compactMap { key in self[key].map { value in (key: key, value: value) } }
    }
}
