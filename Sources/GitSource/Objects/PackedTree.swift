// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Algorithms
package import Model

/// The entries of one tree, ordered by the bytes of their names, in a few flat arrays: a folder of many thousand names
/// takes little more than Git's own bytes, and a name is found in it without unpacking the others.
package struct PackedTree: Sendable {
    private let columns: Columns

    /// Entries side by side, as they come: whoever fills them keeps their order.
    struct Columns: Sendable {
        fileprivate var names: [UInt8] = []
        /// Where each name ends.
        fileprivate var ends: [Int] = []
        fileprivate var kinds: [TreeEntry.Kind] = []
        fileprivate var ids: [UInt8] = []
        fileprivate let idLength: Int

        init(idLength: Int) { self.idLength = idLength }

        /// - Parameter size: of the tree as Git has it, which has a mode of five or six digits and two separators an entry.
        mutating func reserve(_ count: Int, of size: Int) {
            names.reserveCapacity(max(0, size - count * (idLength + 7)))
            ends.reserveCapacity(count)
            kinds.reserveCapacity(count)
            ids.reserveCapacity(count * idLength)
        }

        mutating func append(_ name: some Sequence<UInt8>, _ kind: TreeEntry.Kind, _ id: some Sequence<UInt8>) {
            names.append(contentsOf: name)
            ends.append(names.count)
            kinds.append(kind)
            ids.append(contentsOf: id)
        }
    }

    /// - Parameter columns: ordered by name, none twice, each with an id of the length that they say.
    init(_ columns: Columns) { self.columns = columns }

    /// - Parameter entries: ordered by name, none twice; what is no object of Git is left out.
    package init(_ entries: [TreeEntry]) {
        let ids = entries.map { entry -> GitID? in if case .git(let id) = entry.id { id } else { nil } }
        var columns = Columns(idLength: ids.lazy.compactMap(\.self).first?.bytes.count ?? 0)
        for (entry, id) in zip(entries, ids) {
            if let id { columns.append(entry.name, entry.kind, id.bytes) }
        }
        self.columns = columns
    }

    package var count: Int { columns.kinds.count }

    /// About what it takes in memory, in bytes.
    var cost: Int { 192 + columns.names.count + columns.ids.count + count * (MemoryLayout<Int>.stride + 1) }

    package var entries: [TreeEntry] { (0..<count).compactMap(entry) }

    package func entry(named name: [UInt8]) -> TreeEntry? {
        let index = (0..<count).partitioningIndex { !self.name($0).lexicographicallyPrecedes(name) }
        return index < count && self.name(index).elementsEqual(name) ? entry(index) : nil
    }

    /// The entries that are not the same in both, side by side.
    package func differences(to other: PackedTree) -> [(old: TreeEntry?, new: TreeEntry?)] {
        var found: [(old: TreeEntry?, new: TreeEntry?)] = []
        var (left, right) = (0, 0)
        while left < count || right < other.count {
            if right == other.count || left < count && name(left).lexicographicallyPrecedes(other.name(right)) {
                found.append((entry(left), nil))
                left += 1
            } else if left == count || !name(left).elementsEqual(other.name(right)) {
                found.append((nil, other.entry(right)))
                right += 1
            } else {
                if columns.kinds[left] != other.columns.kinds[right] || !id(left).elementsEqual(other.id(right)) {
                    found.append((entry(left), other.entry(right)))
                }
                left += 1
                right += 1
            }
        }
        return found
    }

    private func name(_ index: Int) -> ArraySlice<UInt8> {
        columns.names[(index == 0 ? 0 : columns.ends[index - 1])..<columns.ends[index]]
    }

    private func id(_ index: Int) -> ArraySlice<UInt8> {
        columns.ids[(index * columns.idLength)..<((index + 1) * columns.idLength)]
    }

    private func entry(_ index: Int) -> TreeEntry? {
        GitID(bytes: Array(id(index))).map {
            TreeEntry(name: Array(name(index)), kind: columns.kinds[index], id: .git($0))
        }
    }
}
