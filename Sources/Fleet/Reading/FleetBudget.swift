// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// What reading a fleet may cost.
package struct FleetBudget: Sendable, Hashable {
    package var files: Int
    /// Nested folders.
    package var depth: Int
    /// Bytes of all files together.
    package var bytes: Int
    package var file: Budget

    package init(
        files: Int = 20_000, depth: Int = 16, bytes: Int = 128 << 20,
        file: Budget = Budget(bytes: 1 << 20, depth: 64, nodes: 200_000, documents: 2000)
    ) {
        self.files = files
        self.depth = depth
        self.bytes = bytes
        self.file = file
    }
}
