// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import CLinux
import Engine
import Glibc
import Manifest
import Model
import NIOPosix
import Synchronization

/// Watches folders by inotify, on a thread of its own.
final class Watcher: Sendable {
    private struct State: Sendable {
        var table = WatchTable()
        /// Opened with the first place to watch: a user may have few of them.
        var inotify: Descriptor?
        /// Whether the kernel refused more watches, which is said once.
        var isExhausted = false
    }

    private let root: Root
    let witness: Witness
    /// Told what is about to be written, so that it is not reported.
    let own: OwnWrites
    private let notice: @Sendable (Text) -> Void
    private let wake: Descriptor
    private let state = Mutex(State())

    /// - Parameter notice: told what an operator should know.
    init(root: Root, notice: @escaping @Sendable (Text) -> Void) throws(HostFault) {
        self.root = root
        self.notice = notice
        witness = Witness()
        own = OwnWrites(witness: witness)
        let event = clinux_event_open()
        guard event >= 0 else { throw HostFault("cannot watch files", code: -event) }
        wake = Descriptor(owning: event)
    }

    /// `nil` when the kernel refuses, which is said: then changes are found by audits alone.
    private func openInotify(_ state: inout State) -> Descriptor? {
        if let known = state.inotify { return known }
        let queue = clinux_inotify_open()
        guard queue >= 0 else {
            let advice = "if there are too many instances, raise fs.inotify.max_user_instances"
            notice(Text("\(HostFault("files cannot be watched, only audited", code: -queue).reason); \(advice)"))
            return nil
        }
        state.inotify = Descriptor(owning: queue)
        return state.inotify
    }

    /// Replaces what is watched for a unit.
    func setWatched(_ places: [WatchTable.Place], of unit: UnitID) {
        state.withLock { state in place(state.table.set(places, of: unit), &state) }
    }

    /// Looks up the folders of a unit anew.
    private func place(_ unit: Int32, _ state: inout State) {
        let before = state.table.remove(unit)
        let places = state.table.units[Int(unit)].places.all
        guard !before.isEmpty || !places.isEmpty, let inotify = openInotify(&state) else { return }
        var folders: [HostPath: (watch: Int32, folder: Folder, depth: Int)] = [:]
        for (number, place) in zip(Int32(0)..., places) {
            guard let parent = place.path.parent else { continue }
            if folders[parent] == nil {
                folders[parent] = watchNearest(parent, inotify, &state)
                if let found = folders[parent], found.depth == 0 { witness.watch(found.folder, declaredAs: parent) }
            }
            if let (watch, folder, depth) = folders[parent] {
                let interest = WatchTable.Interest(unit: unit, place: number, isOnTheWay: depth > 0)
                // The first name on the way that is not there, or the object's own.
                let name = depth > 0 ? parent.component(fromEnd: depth) : place.path.name
                state.table.add(interest, name: name, in: watch, at: folder.path)
            }
            guard place.isExclusive, let (watch, folder, depth) = watchNearest(place.path, inotify, &state), depth == 0
            else {
                continue
            }
            witness.watch(folder, declaredAs: place.path)
            state.table.add(
                WatchTable.Interest(unit: unit, place: number), name: nil, in: watch, at: folder.path)
        }
        for watch in before where state.table.nodes[watch]?.isEmpty ?? false {
            if let path = state.table.nodes[watch]?.path, let folder = try? root.folder(at: path) {
                witness.ignore(folder)
            }
            state.table.drop(watch)
            _ = clinux_inotify_remove(inotify.raw, watch)
        }
    }

    /// Watches a folder, or the nearest above it that exists, which lies `depth` names higher.
    private func watchNearest(
        _ path: HostPath, _ inotify: Descriptor, _ state: inout State
    ) -> (Int32, Folder, Int)? {
        var path = path
        var depth = 0
        while true {
            if let folder = try? root.folder(at: path) {
                let watch = clinux_inotify_add(inotify.raw, folder.descriptor.raw, InotifyEvent.wanted)
                if watch >= 0 { return (watch, folder, depth) }
                sayExhausted(-watch, &state)
                return nil
            }
            guard let parent = path.parent else { return nil }
            path = parent
            depth += 1
        }
    }

    private func sayExhausted(_ code: Int32, _ state: inout State) {
        guard !state.isExhausted else { return }
        state.isExhausted = true
        let advice =
            code == ENOSPC
            ? "raise it with sysctl fs.inotify.max_user_watches; until then such files are only audited" : nil
        notice(Text(HostFault("some folders cannot be watched", code: code).reason + (advice.map { "; \($0)" } ?? "")))
    }

    /// Reports until cancelled. Begins with every unit: what happened before is not known.
    func run(_ sink: WatchSink) async {
        _ = clinux_event_clear(wake.raw)
        guard let inotify = state.withLock({ openInotify(&$0) }) else { return }
        for unit in state.withLock({ Array($0.table.watched) }) { sink.changed(unit, []) }
        let thread = NIOThreadPool(numberOfThreads: 1)
        thread.start()
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                thread.submit { _ in
                    self.loop(sink, inotify)
                    continuation.resume()
                }
            }
        } onCancel: {
            _ = clinux_event_signal(wake.raw)
        }
        try? await thread.shutdownGracefully()
    }

    private func loop(_ sink: WatchSink, _ inotify: Descriptor) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)
        defer { buffer.deallocate() }
        while true {
            let ready = clinux_wait(inotify.raw, wake.raw, -1)
            if ready & 2 != 0 { return }
            let count = clinux_read(inotify.raw, buffer.baseAddress, UInt64(buffer.count))
            guard count > 0 else { continue }
            report(InotifyEvent.parse(UnsafeRawBufferPointer(rebasing: buffer[..<Int(count)])), inotify, sink)
        }
    }

    private func report(_ events: [InotifyEvent], _ inotify: Descriptor, _ sink: WatchSink) {
        let findings = state.withLock { state in
            var findings = WatchTable.Findings()
            var judged: [HostPath: Bool] = [:]
            for event in events {
                state.table.findings(for: event, isOurs: { isOurs($0, &judged) }, into: &findings)
                if event.endsFolder {
                    state.table.drop(event.watch)
                    if !event.isIgnored { _ = clinux_inotify_remove(inotify.raw, event.watch) }
                }
            }
            for unit in findings.replaced.compactMap({ state.table.number(of: $0) }) { place(unit, &state) }
            return findings
        }
        witness.look()
        for (unit, objects) in findings.changed { sink.changed(unit, objects) }
    }

    /// Many events may concern one file: it is looked at once.
    private func isOurs(_ path: HostPath, _ judged: inout [HostPath: Bool]) -> Bool {
        if let known = judged[path] { return known }
        var isOurs = false
        if let parent = path.parent, let folder = try? root.folder(at: parent) {
            isOurs = own.isOurs(path, live: (try? folder.metadata(of: path.name)) ?? nil)
        }
        judged[path] = isOurs
        return isOurs
    }
}

extension HostPath {
    /// Counted from the end: 1 for the last.
    fileprivate func component(fromEnd position: Int) -> [UInt8] {
        let parts = bytes.split(separator: UInt8(ascii: "/"))
        let index = parts.count - position
        return parts.indices.contains(index) ? Array(parts[index]) : []
    }
}
