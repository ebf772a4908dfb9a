// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Model

/// A Git tree, read strictly: known modes, single names, Git's order, nothing twice.
///
/// A folder of thousands is read again at each commit that touches something beneath it, so its bytes go where they stay,
/// and nothing is made for an entry alone.
package enum TreeParser {
    /// The largest tree that is read at all, in bytes: some 400,000 entries.
    package static let sizeLimit = 16 << 20

    /// - Parameter hashLength: 20 or 32 bytes, by the repository's hash.
    package static func parse(_ bytes: [UInt8], hashLength: Int) throws(MalformedObject) -> PackedTree {
        guard bytes.count <= sizeLimit else { throw MalformedObject(reason: "it has more than \(sizeLimit) bytes") }
        guard hashLength == 20 || hashLength == 32 else { throw MalformedObject(reason: "its hash is unknown") }
        var columns = PackedTree.Columns(idLength: hashLength)
        columns.reserve(count(bytes, hashLength), of: bytes.count)
        var previous: Entry?
        var isInOrder = true
        var place = 0
        while place < bytes.count {
            let entry = try entry(of: bytes, at: place, hashLength)
            if let previous {
                guard precedes(previous, entry, in: bytes) else {
                    throw MalformedObject(reason: "its entries are out of order at \(printable(bytes[entry.name]))")
                }
                // A file and a folder of one name may stand far apart in Git's order.
                if !bytes[previous.name].lexicographicallyPrecedes(bytes[entry.name]) { isInOrder = false }
            }
            columns.append(bytes[entry.name], entry.kind, bytes[entry.id])
            previous = entry
            place = entry.id.upperBound
        }
        let tree = PackedTree(columns)
        return isInOrder ? tree : PackedTree(try ordered(tree.entries))
    }

    /// By the bytes of their names, where Git's order is another.
    private static func ordered(_ entries: [TreeEntry]) throws(MalformedObject) -> [TreeEntry] {
        let entries = entries.sorted { $0.name.lexicographicallyPrecedes($1.name) }
        if let (twice, _) = zip(entries, entries.dropFirst()).first(where: { $0.name == $1.name }) {
            throw MalformedObject(reason: "it holds \(printable(twice.name)) twice")
        }
        return entries
    }

    /// Where an entry's parts lie.
    private struct Entry {
        var kind: TreeEntry.Kind
        var name: Range<Int>
        var id: Range<Int>
    }

    /// How many entries there seem to be, so that room is made once.
    private static func count(_ bytes: [UInt8], _ hashLength: Int) -> Int {
        var count = 0
        var place = 0
        while place < bytes.count, let end = bytes[place...].firstIndex(of: 0) {
            count += 1
            place = end + 1 + hashLength
        }
        return count
    }

    private static func entry(
        of bytes: [UInt8], at place: Int, _ hashLength: Int
    ) throws(MalformedObject) -> Entry {
        let rest = bytes[place...]
        guard let space = rest.prefix(7).firstIndex(of: 0x20), let kind = kind(ofMode: rest[..<space]) else {
            throw MalformedObject(reason: "an entry has an unknown mode")
        }
        guard let end = rest[(space + 1)...].firstIndex(of: 0) else {
            throw MalformedObject(reason: "the name of an entry does not end")
        }
        let name = (space + 1)..<end
        try check(bytes[name])
        guard bytes.count - end > hashLength else { throw MalformedObject(reason: "it ends inside an entry") }
        return Entry(kind: kind, name: name, id: (end + 1)..<(end + 1 + hashLength))
    }

    /// In Git's order, which is that of the names as if a folder's ended with a slash.
    private static func precedes(_ left: Entry, _ right: Entry, in bytes: [UInt8]) -> Bool {
        let shared = min(left.name.count, right.name.count)
        for offset in 0..<shared {
            let (one, other) = (bytes[left.name.lowerBound + offset], bytes[right.name.lowerBound + offset])
            if one != other { return one < other }
        }
        func next(_ entry: Entry) -> UInt8? {
            guard entry.name.count == shared else { return bytes[entry.name.lowerBound + shared] }
            return entry.kind == .folder ? UInt8(ascii: "/") : nil
        }
        // No name holds a slash: where both go on with one, they are the same.
        return switch (next(left), next(right)) {
        case (_, nil): false
        case (nil, _): true
        case (let one?, let other?): one < other
        }
    }

    private static func kind(ofMode mode: ArraySlice<UInt8>) -> TreeEntry.Kind? {
        var number = 0
        for byte in mode {
            guard 0x30...0x37 ~= byte else { return nil }
            number = number << 3 | Int(byte - 0x30)
        }
        return switch (mode.count, number) {
        case (5...6, 0o40000): .folder
        // 100664 is from Git's first weeks and still in old histories.
        case (6, 0o100644), (6, 0o100664): .file(executable: false)
        case (6, 0o100755): .file(executable: true)
        case (6, 0o120000): .link
        case (6, 0o160000): .submodule
        default: nil
        }
    }

    private static func check(_ name: ArraySlice<UInt8>) throws(MalformedObject) {
        guard !name.isEmpty, name.count <= 4096, !name.contains(UInt8(ascii: "/")),
            name.first != UInt8(ascii: ".") || !isReserved(name)
        else { throw MalformedObject(reason: "an entry has the forbidden name \"\(printable(name.prefix(80)))\"") }
    }

    private static func isReserved(_ name: ArraySlice<UInt8>) -> Bool {
        let lower = name.map { 0x41...0x5A ~= $0 ? $0 | 0x20 : $0 }
        return [".", "..", ".git"].contains { lower.elementsEqual($0.utf8) }
    }
}
