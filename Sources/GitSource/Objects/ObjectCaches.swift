// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Model

/// Trees and small blobs that were read lately, a few megabytes at most.
struct ObjectCaches {
    private var trees = RecentCache<GitID, PackedTree>(limit: 2 << 20)
    private var blobs = RecentCache<GitID, [UInt8]>(limit: 2 << 20)

    mutating func tree(_ id: GitID) -> PackedTree? { trees.value(for: id, cost: \.cost) }
    mutating func blob(_ id: GitID) -> [UInt8]? { blobs.value(for: id, cost: Self.cost) }
    mutating func keep(_ tree: PackedTree, of id: GitID) { trees.insert(tree, for: id, cost: tree.cost) }
    mutating func keep(_ blob: [UInt8], of id: GitID) { blobs.insert(blob, for: id, cost: Self.cost(blob)) }

    /// About what one takes: the bytes, and an array's header.
    private static func cost(_ blob: [UInt8]) -> Int { 96 + blob.count }
}
