// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Manifest
import Model

/// Writes the files and links of a wave, durably and together: all new ones beside their places, one sync for all, all
/// names at once, then their folders.
struct PathBatch: Sendable {
    /// Bytes of small blobs are few: many share a lane. Files that share one.
    private static let perLane = 32
    /// Up to here files are synced one by one; beyond, their whole file systems are: one commit of its journal.
    private static let fewFiles = 16
    /// The same for folders.
    private static let fewFolders = 4

    var writes: [PathWrite]
    let bench: Workbench
    let own: OwnFolder
    let lanes: Lanes
    let watched: OwnWrites
    let contents: any BlobReader

    mutating func carryOut(on root: Root) async throws(TargetError) {
        guard !writes.isEmpty else { return }
        let bench = bench
        try await step { write throws(HostFault) in try write.prepare(bench) }
        try await stepAside { write throws(HostFault) in if write.isPending { try write.stageInline() } }
        for index in writes.indices { await writes[index].stageBlob(contents) }
        CrashPoint.reached("host.batch.staged")
        try await syncContents()
        CrashPoint.reached("host.batch.synced")
        watched.expect(writes.compactMap { write in write.written.map { (write.located.real, .some($0)) } })
        try await step { write throws(HostFault) in
            if write.isAdjustment { try write.adjust() } else { try write.swap() }
            CrashPoint.reached("host.file.placed")
            bench.counters.count { if write.isAdjustment { $0.adjusted += 1 } else { $0.replaced += 1 } }
        }
        try await syncFolders()
        CrashPoint.reached("host.batch.placed")
        try await validate(on: root)
        try await finish()
    }

    /// What came of each write.
    var outcomes: [(id: ObjectID, result: Outcome.Result, observation: Observation?)] {
        writes.map { write in
            if let fault = write.fault { return (write.id, .failed(reason: fault.text), nil) }
            return (write.id, .done, write.observation)
        }
    }

    /// Removes what was replaced, and looks at what stands now.
    private mutating func finish() async throws(TargetError) {
        let now = bench.now
        try await stepAside(all: true) { write throws(HostFault) in
            write.clean()
            guard write.fault == nil else { return }
            try write.observe(now: now())
        }
        CrashPoint.reached("host.batch.cleaned")
    }

    /// Makes the new contents durable, before any name leads to them.
    private mutating func syncContents() async throws(TargetError) {
        let staged = writes.indices.filter { writes[$0].hasStagedFile }
        guard staged.count > Self.fewFiles else {
            return try await stepAside { write throws(HostFault) in if write.hasStagedFile { try write.sync() } }
        }
        var systems: [UInt64: Folder] = [:]
        for index in staged {
            if let device = writes[index].written?.device { systems[device] = writes[index].located.folder }
        }
        let faults = try await lanes.map(Array(systems), perLane: 1) { device, folder -> (UInt64, HostFault?) in
            do throws(HostFault) {
                try folder.syncFileSystem()
                return (device, nil)
            } catch {
                return (device, error)
            }
        }
        for (device, fault) in faults {
            guard let fault else { continue }
            for index in staged where writes[index].written?.device == device { writes[index].fault = fault }
        }
    }

    /// Makes the new names durable, also those of folders on the way.
    mutating func syncFolders() async throws(TargetError) {
        var folders: [HostPath: Folder] = [:]
        for write in writes where write.isInPlace || write.isPutBack {
            if let folder = write.located.folder { folders[folder.path] = folder }
            for holder in write.made.compactMap(\.parent) where folders[holder] == nil {
                folders[holder] = (try? bench.reach.open(holder)) ?? nil
            }
        }
        let faults = try await lanes.map(Self.apart(Array(folders.values)), perLane: 4) { folder, isWhole in
            do throws(HostFault) {
                if isWhole { try folder.syncFileSystem() } else { try folder.sync() }
                return HostFault?.none
            } catch {
                return error
            }
        }
        guard let fault = faults.compactMap(\.self).first else { return }
        for index in writes.indices where writes[index].isInPlace { writes[index].fault = fault }
    }

    /// Few folders one by one; of many, one of each file system, which is then synced whole.
    private static func apart(_ folders: [Folder]) -> [(folder: Folder, isWhole: Bool)] {
        guard folders.count > fewFolders else { return folders.map { ($0, false) } }
        var systems: [UInt64: Folder] = [:]
        for folder in folders {
            guard let device = try? folder.metadata().device else { return folders.map { ($0, false) } }
            systems[device] = folder
        }
        return systems.values.map { ($0, true) }
    }

    /// One after the other: names are taken in order, and quickly.
    mutating func step(
        all: Bool = false, _ body: @escaping @Sendable (inout PathWrite) throws(HostFault) -> Void
    ) async throws(TargetError) {
        let writes = writes
        self.writes = try await lanes.run { writes.map { Self.attempt($0, evenFailed: all, body) } }
    }

    /// Side by side: each waits for the disk.
    private mutating func stepAside(
        all: Bool = false, _ body: @escaping @Sendable (inout PathWrite) throws(HostFault) -> Void
    ) async throws(TargetError) {
        writes = try await lanes.map(writes, perLane: Self.perLane) { write in
            Self.attempt(write, evenFailed: all, body)
        }
    }

    private static func attempt(
        _ write: PathWrite, evenFailed: Bool = false, _ body: (inout PathWrite) throws(HostFault) -> Void
    ) -> PathWrite {
        var write = write
        guard write.fault == nil || evenFailed else { return write }
        do throws(HostFault) { try body(&write) } catch { write.fault = error }
        return write
    }
}
