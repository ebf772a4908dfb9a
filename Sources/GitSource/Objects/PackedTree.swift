// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Model

/// The entries of one tree, ordered by the bytes of their names, in a few flat arrays: a folder of many thousand names
/// takes little more than Git's own bytes, and a name is found in it without unpacking the others.
package struct PackedTree: Sendable {
    private let names: [UInt8]
    /// Where each name ends.
    private let ends: [Int]
    private let kinds: [TreeEntry.Kind]
    private let ids: [UInt8]
    private let idLength: Int

    /// - Parameter entries: ordered by name, none twice; what is no object of Git is left out.
    package init(_ entries: [TreeEntry]) {
        var names: [UInt8] = []
        var ends: [Int] = []
        var kinds: [TreeEntry.Kind] = []
        var ids: [UInt8] = []
        var length = 0
        ends.reserveCapacity(entries.count)
        kinds.reserveCapacity(entries.count)
        for entry in entries {
            guard case .git(let id) = entry.id else { continue }
            names += entry.name
            ends.append(names.count)
            kinds.append(entry.kind)
            ids += id.bytes
            length = id.bytes.count
        }
        (self.names, self.ends, self.kinds, self.ids, idLength) = (names, ends, kinds, ids, length)
    }

    package var count: Int { kinds.count }

    /// About what it takes in memory, in bytes.
    var cost: Int { 192 + names.count + ids.count + kinds.count * (MemoryLayout<Int>.stride + 1) }

    package var entries: [TreeEntry] { (0..<count).compactMap(entry) }

    package func entry(named name: [UInt8]) -> TreeEntry? {
        var low = 0
        var high = count
        while low < high {
            let middle = low + (high - low) / 2
            if self.name(middle).lexicographicallyPrecedes(name) { low = middle + 1 } else { high = middle }
        }
        return low < count && self.name(low).elementsEqual(name) ? entry(low) : nil
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
                if kinds[left] != other.kinds[right] || !id(left).elementsEqual(other.id(right)) {
                    found.append((entry(left), other.entry(right)))
                }
                left += 1
                right += 1
            }
        }
        return found
    }

    private func name(_ index: Int) -> ArraySlice<UInt8> { names[(index == 0 ? 0 : ends[index - 1])..<ends[index]] }
    private func id(_ index: Int) -> ArraySlice<UInt8> { ids[(index * idLength)..<((index + 1) * idLength)] }

    private func entry(_ index: Int) -> TreeEntry? {
        GitID(bytes: Array(id(index))).map { TreeEntry(name: Array(name(index)), kind: kinds[index], id: .git($0)) }
    }
}
