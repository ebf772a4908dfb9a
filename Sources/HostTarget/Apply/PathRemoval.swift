// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Glibc
import Manifest
import Model

/// Something of ours that is to go.
struct PathRemoval: Sendable {
    /// `nil` for the former place of an object that moved.
    let id: ObjectID?
    let entry: UnitLedger.Entry
    let kind: Text
    let originals: Originals

    enum Result: Sendable {
        case done
        case unchanged
        case failed(HostFault)
    }

    /// Removes a file or link, or puts back what it took the place of.
    func removeFile(_ bench: Workbench) -> Result {
        attempt { () throws(HostFault) in
            guard let (folder, path) = try place(bench) else { return .unchanged }
            guard entry.isWritten || entry.isUncertain else { return .unchanged }
            if try originals.restore(path.name, in: folder) {
                bench.counters.count { $0.removed += 1 }
                return .done
            }
            guard let live = try folder.metadata(of: path.name) else { return .unchanged }
            guard entry.isWritten else { throw HostFault.lostRecord(of: path) }
            guard live.kind == .file || live.kind == .link else {
                throw HostFault("\(path) has become \(live.kind.inWords): move it away, then sync again")
            }
            try folder.remove(path.name)
            bench.counters.count { $0.removed += 1 }
            CrashPoint.reached("host.removed")
            return .done
        }
    }

    /// Removes a folder that we made and that nobody put anything into.
    func removeFolder(_ bench: Workbench) -> Result {
        attempt { () throws(HostFault) in
            guard let (folder, path) = try place(bench), entry.isWritten,
                let live = try folder.metadata(of: path.name), live.kind == .folder
            else { return .unchanged }
            do throws(HostFault) {
                try folder.removeFolder(path.name)
            } catch  where [ENOTEMPTY, EEXIST, EBUSY].contains(error.code) {
                // What others put there is not ours to remove.
                return .unchanged
            }
            bench.counters.count { $0.removed += 1 }
            CrashPoint.reached("host.removed")
            return .done
        }
    }

    /// Where it was written. A link that was put in the way since then is not followed.
    private func place(_ bench: Workbench) throws(HostFault) -> (Folder, HostPath)? {
        guard let path = entry.path, let parent = path.parent else {
            throw HostFault("where it lies is not known any more: remove it by hand")
        }
        if entry.isUncertain {
            // Where it led when it was written is lost too.
            let located = try bench.reach.locate(path, as: kind)
            return located.folder.map { ($0, located.real) }
        }
        try bench.reach.check(path, as: kind)
        guard let folder = try bench.reach.open(parent), folder.path == parent else { return nil }
        return (folder, path)
    }

    private func attempt(_ body: () throws(HostFault) -> Result) -> Result {
        do throws(HostFault) { return try body() } catch { return .failed(error) }
    }
}
