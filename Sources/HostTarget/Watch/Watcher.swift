// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import CLinux
import Engine
import Foundation
import Glibc
import Manifest
import Model
import Synchronization

/// Watches the folders of watched files by inotify, on a thread of its own.
///
/// Our own writes are known by inode and time of change, and cause nothing.
final class Watcher: Sendable {
    private struct State {
        /// By the kernel's number of the watch: the folder, and who cares about which name in it.
        var folders: [Int32: TreePath] = [:]
        var numbers: [TreePath: Int32] = [:]
        var watched: [TreePath: [[UInt8]: Set<Interest>]] = [:]
        var paths: [UnitID: Set<TreePath>] = [:]
        /// Files as we left them.
        var expected: [TreePath: Metadata] = [:]
    }

    private struct Interest: Hashable {
        var unit: UnitID
        var object: ObjectID
    }

    private let root: Root
    private let inotify: Int32
    private let stop: Int32
    private let state = Mutex(State())

    init(root: Root) throws(SystemError) {
        self.root = root
        inotify = try check(clinux_inotify_open(), "watch", [])
        stop = try check(clinux_event_open(), "watch", [])
    }

    deinit {
        _ = clinux_close(inotify)
        _ = clinux_close(stop)
    }

    private static let mask = UInt32(
        IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_CREATE | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF
    )

    /// Replaces what is watched for a unit.
    func setWatched(_ paths: [(ObjectID, HostPath)], of unit: UnitID) throws(SystemError) {
        state.withLock { state in
            for folder in state.paths.removeValue(forKey: unit) ?? [] {
                state.watched[folder] = state.watched[folder]?.compactMapValues { interests in
                    let others = interests.filter { $0.unit != unit }
                    return others.isEmpty ? nil : others
                }
            }
            for (object, path) in paths {
                state.watched[path.parent, default: [:]][path.name, default: []].insert(
                    Interest(unit: unit, object: object))
                state.paths[unit, default: []].insert(path.parent)
            }
        }
        for folder in Set(paths.map(\.1.parent)) { try watchFolder(folder) }
        dropUnused()
    }

    /// A folder that is not there yet is made known by its audit.
    private func watchFolder(_ path: TreePath) throws(SystemError) {
        guard state.withLock({ $0.numbers[path] }) == nil, let folder = try root.folder(path) else { return }
        let number = try check(clinux_inotify_add(inotify, folder.descriptor, Self.mask), "watch", folder.path)
        state.withLock { state in
            state.folders[number] = path
            state.numbers[path] = number
        }
    }

    private func dropUnused() {
        let unused = state.withLock { state in
            let unused = state.numbers.filter { state.watched[$0.key]?.isEmpty ?? true }
            for (path, number) in unused {
                state.numbers[path] = nil
                state.folders[number] = nil
                state.watched[path] = nil
            }
            return Array(unused.values)
        }
        for number in unused { _ = clinux_inotify_remove(inotify, number) }
    }

    /// A file as we have just left it.
    func expect(_ path: HostPath, _ metadata: Metadata) {
        state.withLock { $0.expected[path.below] = metadata }
    }

    /// Reports until cancelled. Begins with every unit, since what happened before is not known.
    func run(_ sink: WatchSink) async {
        _ = clinux_event_clear(stop)
        for unit in state.withLock({ Array($0.paths.keys) }) { sink.changed(unit, []) }
        await withTaskCancellationHandler {
            await withCheckedContinuation { (finished: CheckedContinuation<Void, Never>) in
                let thread = Thread {
                    self.loop(sink)
                    finished.resume()
                }
                thread.name = "trimtab-inotify"
                thread.start()
            }
        } onCancel: {
            _ = clinux_event_signal(stop)
        }
    }

    private func loop(_ sink: WatchSink) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 16)
        defer { buffer.deallocate() }
        while true {
            let ready = clinux_wait(inotify, stop, -1)
            if ready & 2 != 0 { return }
            let count = clinux_read(inotify, buffer.baseAddress, UInt64(buffer.count))
            guard count > 0 else { continue }
            report(UnsafeRawBufferPointer(rebasing: buffer[..<Int(count)]), sink)
        }
    }

    /// struct inotify_event: watch 4, mask 4, cookie 4, length 4, name.
    private func report(_ events: UnsafeRawBufferPointer, _ sink: WatchSink) {
        var touched: [TreePath: Set<[UInt8]>] = [:]
        var everything: Set<UnitID> = []
        var offset = 0
        while offset + 16 <= events.count {
            let number = events.loadUnaligned(fromByteOffset: offset, as: Int32.self)
            let mask = events.loadUnaligned(fromByteOffset: offset + 4, as: UInt32.self)
            let length = Int(events.loadUnaligned(fromByteOffset: offset + 12, as: UInt32.self))
            guard offset + 16 + length <= events.count else { break }
            let name = Array(events[(offset + 16)..<(offset + 16 + length)].prefix { $0 != 0 })
            offset += 16 + length
            if mask & UInt32(IN_Q_OVERFLOW) != 0 {
                everything.formUnion(state.withLock { Array($0.paths.keys) })
            } else if mask & UInt32(IN_DELETE_SELF | IN_MOVE_SELF | IN_IGNORED) != 0 {
                everything.formUnion(folderGone(number))
            } else if let folder = state.withLock({ $0.folders[number] }) {
                touched[folder, default: []].insert(name)
            }
        }
        for unit in everything { sink.changed(unit, []) }
        for (folder, names) in touched {
            for (unit, objects) in changes(of: names, in: folder) where !everything.contains(unit) {
                sink.changed(unit, objects)
            }
        }
    }

    /// The folder is watched again when the units are told what to watch after their audit.
    private func folderGone(_ number: Int32) -> [UnitID] {
        state.withLock { state in
            guard let path = state.folders.removeValue(forKey: number) else { return [] }
            state.numbers[path] = nil
            return state.watched[path]?.values.flatMap { $0.map(\.unit) } ?? []
        }
    }

    private func changes(of names: Set<[UInt8]>, in path: TreePath) -> [UnitID: Set<ObjectID>] {
        let interests = state.withLock { state in
            names.compactMap { name in state.watched[path]?[name].map { (name, $0) } }
        }
        guard !interests.isEmpty else { return [:] }
        let folder = try? root.folder(path)
        var changes: [UnitID: Set<ObjectID>] = [:]
        for (name, interested) in interests {
            let live: Metadata? =
                switch folder {
                case .some(let folder): (try? folder.metadata(of: name)) ?? nil
                case .none: nil
                }
            let ours = path.appending(name).flatMap { path in state.withLock { $0.expected[path] } }
            if let live, let ours, live == ours { continue }
            for interest in interested { changes[interest.unit, default: []].insert(interest.object) }
        }
        return changes
    }
}
