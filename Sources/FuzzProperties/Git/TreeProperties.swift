// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import GitSource
import Model

enum TreeProperties {
    static func check(_ bytes: [UInt8]) throws {
        for length in [20, 32] {
            let entries: [TreeEntry]
            do throws(MalformedObject) {
                entries = try TreeParser.parse(bytes, hashLength: length).entries
            } catch {
                try require(!error.reason.isEmpty, "refused without a reason")
                continue
            }
            try check(entries, bytes, length)
        }
    }

    private static func check(_ entries: [TreeEntry], _ bytes: [UInt8], _ length: Int) throws {
        for (entry, next) in zip(entries, entries.dropFirst()) {
            try require(entry.name.lexicographicallyPrecedes(next.name), "the entries are not in order")
        }
        for entry in entries {
            try require(TreePath(entry.name)?.components == [entry.name], "a name that is no single component")
        }
        let written = write(entries)
        try require(try TreeParser.parse(written, hashLength: length).entries == entries, "written and read")
        // Two modes have an old spelling each.
        let isOld = ["040000 ", "100664 "].contains { old in
            bytes.indices.contains { bytes[$0...].starts(with: old.utf8) }
        }
        try require(isOld || written == bytes, "written, it has other bytes")
    }

    private static func write(_ entries: [TreeEntry]) -> [UInt8] {
        let ordered = entries.sorted { key($0).lexicographicallyPrecedes(key($1)) }
        return ordered.flatMap { entry in
            let mode =
                switch entry.kind {
                case .file(let executable): executable ? "100755" : "100644"
                case .folder: "40000"
                case .link: "120000"
                case .submodule: "160000"
                }
            var id: [UInt8] = []
            if case .git(let git) = entry.id { id = git.bytes }
            return Array(mode.utf8) + [0x20] + entry.name + [0] + id
        }
    }

    private static func key(_ entry: TreeEntry) -> [UInt8] {
        entry.kind == .folder ? entry.name + [UInt8(ascii: "/")] : entry.name
    }
}
