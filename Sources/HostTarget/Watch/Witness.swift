// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import CLinux
import Glibc
import Manifest
import Model
import Synchronization

/// Knows who changed what in watched folders, as far as the kernel tells: by fanotify, which names the process, beside
/// inotify, which does not.
///
/// Only root is told, and only of processes that still run when they are looked up: a moment after the change. What is
/// not known stays unknown; nothing is guessed from owners of files or from who is logged in.
final class Witness: Sendable {
    private struct State: Sendable {
        var queue: Descriptor?
        var isRefused = false
        var folders: [[UInt8]: HostPath] = [:]
        /// Where a folder really is, by what it was declared as.
        var real: [HostPath: HostPath] = [:]
        /// Who changed a name last, if not we.
        var changes: [HostPath: Text] = [:]
    }

    /// Beyond this what was seen is forgotten.
    private static let limit = 1000

    private let state = Mutex(State())
    private let own = getpid()

    /// Begins to be told of a folder.
    func watch(_ folder: Folder, declaredAs path: HostPath) {
        state.withLock { state in
            guard let queue = Self.open(&state), let handle = Self.handle(of: folder),
                clinux_witness_mark(queue.raw, folder.descriptor.raw, 1) == 0
            else { return }
            state.folders[handle] = folder.path
            state.real[path] = path == folder.path ? nil : folder.path
        }
    }

    func ignore(_ folder: Folder) {
        state.withLock { state in
            guard let queue = state.queue else { return }
            _ = clinux_witness_mark(queue.raw, folder.descriptor.raw, 0)
            if let handle = Self.handle(of: folder) { state.folders[handle] = nil }
            state.real = state.real.filter { $0.value != folder.path }
        }
    }

    /// What we are about to write is nobody else's.
    func forget(_ paths: some Sequence<HostPath>) {
        state.withLock { state in
            guard !state.changes.isEmpty else { return }
            for path in paths { state.changes[path] = nil }
        }
    }

    /// Looks up who made the changes that have come: soon, because a process may be gone the next moment. Blocks no longer
    /// than reading `/proc` does.
    func look() {
        state.withLock { state in
            guard let queue = state.queue else { return }
            withUnsafeTemporaryAllocation(byteCount: 64 << 10, alignment: 16) { buffer in
                var known: [Int32: Text?] = [:]
                while true {
                    let count = clinux_read(queue.raw, buffer.baseAddress, UInt64(buffer.count))
                    guard count > 0 else { return }
                    for event in WitnessEvent.parse(UnsafeRawBufferPointer(rebasing: buffer[..<Int(count)])) {
                        guard let folder = state.folders[event.folder], event.process != own, event.process != 0,
                            !TemporaryName.isOne(event.name)
                        else { continue }
                        let who = known[event.process] ?? Self.who(event.process)
                        known[event.process] = .some(who)
                        if state.changes.count >= Self.limit { state.changes = [:] }
                        // When that cannot be told any more, it is not whoever came before.
                        state.changes[folder.appending(event.name)] = who
                    }
                }
            }
        }
    }

    /// Who changed what lies at a path last, or a name in a watched folder there: `alice as root (sed, process 4711)`;
    /// `nil` when that is not known.
    func whoChanged(_ path: HostPath) -> Text? {
        guard let parent = path.parent else { return nil }
        return state.withLock { state in
            if let who = state.changes[(state.real[parent] ?? parent).appending(path.name)] { return who }
            let folder = state.real[path] ?? path
            return state.changes.filter { $0.key.parent == folder }.min { $0.key < $1.key }?.value
        }
    }

    private static func open(_ state: inout State) -> Descriptor? {
        if state.queue != nil || state.isRefused { return state.queue }
        // Others are told of no process but themselves.
        let queue = clinux_effective_user() == 0 ? clinux_witness_open() : -EPERM
        state.isRefused = queue < 0
        if queue >= 0 { state.queue = Descriptor(owning: queue) }
        return state.queue
    }

    private static func handle(of folder: Folder) -> [UInt8]? {
        withUnsafeTemporaryAllocation(byteCount: 256, alignment: 8) { buffer in
            let count = clinux_folder_handle(folder.descriptor.raw, buffer.baseAddress, 256)
            return count > 0 ? Array(buffer[..<Int(count)]) : nil
        }
    }

    private static func who(_ process: Int32) -> Text? {
        var login: UInt32 = 0
        var user: UInt32 = 0
        var name = [CChar](repeating: 0, count: 16)
        guard clinux_process_identity(process, &login, &user, &name) == 0 else { return nil }
        let program = printable(name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) })
        // Whoever logged in stays who they are, with sudo, too.
        let person = login == .max || login == user ? nameOf(user) : "\(nameOf(login)) as \(nameOf(user))"
        return Text("\(person) (\(program), process \(process))")
    }

    private static func nameOf(_ user: UInt32) -> String {
        var name = [CChar](repeating: 0, count: 64)
        guard clinux_local_user(user, &name, 64) == 0 else { return "uid \(user)" }
        return printable(name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) })
    }
}
