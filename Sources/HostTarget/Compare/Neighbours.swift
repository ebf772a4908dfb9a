// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

/// All that a unit declares, as far as it matters to one of its objects.
struct Neighbours: Sendable {
    /// Paths as declared.
    let paths: Set<HostPath>

    init(_ context: [DesiredObject]) {
        paths = Set(
            context.compactMap { object in
                object.id.group == HostObject.group
                    ? object.spec["path"]?.stringValue.flatMap { HostPath($0) } : nil
            })
    }

    struct Foreign: Sendable {
        var name: [UInt8]
        var live: Metadata
    }

    /// What lies in a folder and belongs to nobody: no object of the unit stands for it or something in it, no other
    /// unit has claimed it. In the order of the names.
    func foreignNames(
        in folder: Folder, declaredAs path: HostPath, for bench: Workbench
    ) throws(HostFault) -> [Foreign] {
        var known: Set<[UInt8]> = []
        func note(_ inside: HostPath, _ outer: HostPath) {
            guard inside != outer, inside.isWithin(outer) else { return }
            let rest = inside.bytes.dropFirst(outer.isRoot ? 1 : outer.bytes.count + 1)
            known.insert(Array(rest.prefix { $0 != UInt8(ascii: "/") }))
        }
        for declared in paths { note(declared, path) }
        for ledger in try bench.book.all().values {
            for entry in ledger.entries.values {
                if let real = entry.path { note(real, folder.path) }
            }
        }
        var foreign: [Foreign] = []
        for name in try folder.names() where !known.contains(name) && !TemporaryName.isOne(name) {
            if let live = try folder.metadata(of: name) { foreign.append(Foreign(name: name, live: live)) }
        }
        return foreign.sorted { $0.name.lexicographicallyPrecedes($1.name) }
    }
}
