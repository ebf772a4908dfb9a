// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Model

/// A Git tree, read strictly: known modes, single names, Git's order, nothing twice.
package enum TreeParser {
    /// The largest tree that is read at all, in bytes: some 400,000 entries.
    package static let sizeLimit = 16 << 20

    /// - Parameter hashLength: 20 or 32 bytes, by the repository's hash.
    package static func parse(_ bytes: [UInt8], hashLength: Int) throws(MalformedObject) -> [TreeEntry] {
        guard bytes.count <= sizeLimit else { throw MalformedObject(reason: "it has more than \(sizeLimit) bytes") }
        var entries: [TreeEntry] = []
        var previous: [UInt8]?
        var rest = bytes[...]
        while !rest.isEmpty {
            let entry = try parseEntry(&rest, hashLength: hashLength)
            // Git orders a folder as if its name ended with a slash.
            let key = entry.kind == .folder ? entry.name + [UInt8(ascii: "/")] : entry.name
            if let previous, !previous.lexicographicallyPrecedes(key) {
                throw MalformedObject(reason: "its entries are out of order at \(printable(entry.name))")
            }
            previous = key
            entries.append(entry)
        }
        entries.sort { $0.name.lexicographicallyPrecedes($1.name) }
        // A file and a folder of one name may stand far apart in Git's order.
        if let (twice, _) = zip(entries, entries.dropFirst()).first(where: { $0.name == $1.name }) {
            throw MalformedObject(reason: "it holds \(printable(twice.name)) twice")
        }
        return entries
    }

    private static func parseEntry(
        _ rest: inout ArraySlice<UInt8>, hashLength: Int
    ) throws(MalformedObject) -> TreeEntry {
        guard let space = rest.prefix(7).firstIndex(of: 0x20), let kind = kind(ofMode: rest[..<space]) else {
            throw MalformedObject(reason: "an entry has an unknown mode")
        }
        rest = rest[(space + 1)...]
        guard let end = rest.firstIndex(of: 0) else {
            throw MalformedObject(reason: "the name of an entry does not end")
        }
        let name = Array(rest[..<end])
        try check(name)
        rest = rest[(end + 1)...]
        guard rest.count >= hashLength, let id = GitID(bytes: Array(rest.prefix(hashLength))) else {
            throw MalformedObject(reason: "it ends inside an entry")
        }
        rest = rest.dropFirst(hashLength)
        return TreeEntry(name: name, kind: kind, id: .git(id))
    }

    private static func kind(ofMode mode: ArraySlice<UInt8>) -> TreeEntry.Kind? {
        switch String(decoding: mode, as: UTF8.self) {
        case "40000", "040000": .folder
        // 100664 is from Git's first weeks and still in old histories.
        case "100644", "100664": .file(executable: false)
        case "100755": .file(executable: true)
        case "120000": .link
        case "160000": .submodule
        default: nil
        }
    }

    private static func check(_ name: [UInt8]) throws(MalformedObject) {
        guard !name.isEmpty, name.count <= 4096, !name.contains(UInt8(ascii: "/")),
            name.first != UInt8(ascii: ".") || !isReserved(name)
        else { throw MalformedObject(reason: "an entry has the forbidden name \"\(printable(name.prefix(80)))\"") }
    }
    private static func isReserved(_ name: [UInt8]) -> Bool {
        let lower = name.map { 0x41...0x5A ~= $0 ? $0 | 0x20 : $0 }
        return [".", "..", ".git"].contains { lower.elementsEqual($0.utf8) }
    }
}
