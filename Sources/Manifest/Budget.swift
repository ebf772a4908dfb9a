// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// What a reader may spend on one input before it refuses it.
package struct Budget: Sendable, Hashable {
    /// Bytes of the input.
    package var bytes: Int
    /// Nested maps and lists.
    package var depth: Int
    /// Nodes of the result, aliases expanded.
    package var nodes: Int
    /// Documents of a stream.
    package var documents: Int

    package init(bytes: Int, depth: Int, nodes: Int, documents: Int) {
        self.bytes = bytes
        self.depth = depth
        self.nodes = nodes
        self.documents = documents
    }

    /// For manifests that people write or renderers print.
    package static let manifest = Budget(bytes: 64 << 20, depth: 128, nodes: 4_000_000, documents: 100_000)
}
