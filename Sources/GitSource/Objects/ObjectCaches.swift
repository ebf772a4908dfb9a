// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Model

/// Parsed trees and small blobs that were read lately, a few megabytes at most.
struct ObjectCaches {
    private var trees = RecentCache<GitID, [TreeEntry]>(limit: 2 << 20)
    private var blobs = RecentCache<GitID, [UInt8]>(limit: 2 << 20)

    mutating func tree(_ id: GitID) -> [TreeEntry]? { trees.value(for: id, cost: Self.cost) }
    mutating func blob(_ id: GitID) -> [UInt8]? { blobs.value(for: id, cost: Self.cost) }
    mutating func keep(_ tree: [TreeEntry], of id: GitID) { trees.insert(tree, for: id, cost: Self.cost(tree)) }
    mutating func keep(_ blob: [UInt8], of id: GitID) { blobs.insert(blob, for: id, cost: Self.cost(blob)) }

    /// About what an entry takes: the value, and two arrays with their headers.
    private static func cost(_ tree: [TreeEntry]) -> Int { 64 + tree.count * 192 }
    private static func cost(_ blob: [UInt8]) -> Int { 96 + blob.count }
}
