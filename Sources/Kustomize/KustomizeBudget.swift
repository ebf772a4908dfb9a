// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// What one build may spend before it is refused.
package struct KustomizeBudget: Sendable, Hashable {
    /// Of one file: bytes, nesting, nodes with aliases expanded, documents.
    package var file: Budget
    /// Files read, each time counted.
    package var files: Int
    /// Bytes of all files together.
    package var bytes: Int
    /// Kustomizations within one another.
    package var depth: Int
    /// Objects at any time.
    package var objects: Int
    /// Visits of a field by a patch or a transformer, and of an object by a selector: what bounds the time of a build.
    package var steps: Int
    /// Of all objects that come out, and of all that is copied into them on the way: bytes of texts, nesting, nodes.
    package var result: Budget

    package init(
        file: Budget, files: Int, bytes: Int, depth: Int, objects: Int, steps: Int, result: Budget
    ) {
        self.file = file
        self.files = files
        self.bytes = bytes
        self.depth = depth
        self.objects = objects
        self.steps = steps
        self.result = result
    }

    package static let build = KustomizeBudget(
        file: Budget(bytes: 16 << 20, depth: 128, nodes: 2_000_000, documents: 50_000), files: 20_000,
        bytes: 256 << 20, depth: 32, objects: 50_000, steps: 200_000_000,
        result: Budget(bytes: 128 << 20, depth: 128, nodes: 8_000_000, documents: 50_000))
}
