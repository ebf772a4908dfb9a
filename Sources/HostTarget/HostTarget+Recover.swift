// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Engine
import Fleet
import Manifest
import Model

extension HostTarget {
    /// Removes temporary files that a killed process left beside its objects. Which folders may hold some, the
    /// ledgers tell: they are written first.
    package func recover() async throws(TargetError) {
        let bench = Reach(root: root, limits: HostLimits(), protected: protected)
        try await blocking { [book, root] () throws(HostFault) in
            var folders: Set<HostPath> = []
            for ledger in try book.all().values {
                let entries = ledger.entries.values + ledger.former.map(\.entry)
                folders.formUnion(entries.compactMap { $0.path?.parent })
            }
            let own = OwnFolder(root: root)
            for part in OwnFolder.Part.allCases {
                if let folder = try own.existing(part) { folders.insert(folder.path) }
            }
            for path in folders {
                // A folder that cannot be listed now fails the objects in it by itself.
                guard let folder = try? bench.open(path), folder.path == path, let names = try? folder.names() else {
                    continue
                }
                for name in names where TemporaryName.isOne(name) { _ = try? folder.remove(name) }
            }
        }
    }
}
