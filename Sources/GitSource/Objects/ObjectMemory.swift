// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Model
import Synchronization
import SystemPackage

/// Small objects that were asked for, kept in one file beside the mirror, so that a process which finds everything as
/// it was starts no `git`.
///
/// An object is checked against its id before it is used: whatever became of the file, it can tell nothing false. The
/// file may be lost at any time, and is written only when a process had to ask for more than stood in it.
final class ObjectMemory: Sendable {
    /// Bytes of all objects, and of one. A fleet's own files are asked for first, so they find room.
    private static let budget = 512 << 10
    private static let largest = 64 << 10

    private struct State {
        /// As they stand in the file, not checked yet.
        var stored: [GitID: GitObject] = [:]
        /// Those that this process used, in that order.
        var used: [GitObject] = []
        var known: [GitID: Int] = [:]
        var cost = 0
        var hasNews = false

        mutating func use(_ object: GitObject) {
            known[object.id] = used.count
            used.append(object)
            cost += object.bytes.count
        }
    }

    private let file: FilePath
    private let state: Mutex<State>

    /// Reads the file, if there is one. Blocks for that.
    init(file: FilePath) {
        self.file = file
        var state = State()
        if let bytes = PrivateFile.read(file, limit: Self.budget * 2) {
            for object in StoredObjects.parse(bytes) { state.stored[object.id] = object }
        }
        self.state = Mutex(state)
    }

    func object(_ id: GitID) -> GitObject? {
        state.withLock { state in
            if let place = state.known[id] { return state.used[place] }
            guard let object = state.stored.removeValue(forKey: id), object.isWhole else { return nil }
            state.use(object)
            return object
        }
    }

    func note(_ object: GitObject) {
        guard object.bytes.count <= Self.largest else { return }
        state.withLock { state in
            guard state.known[object.id] == nil, state.cost + object.bytes.count <= Self.budget else { return }
            state.use(object)
            state.hasNews = true
        }
    }

    /// Writes what this process used, unless all of it stood there. Blocks for one small file.
    func save() {
        let used = state.withLock { state in
            defer { state.hasNews = false }
            return state.hasNews ? state.used : nil
        }
        guard let used else { return }
        // Without it the next process asks again.
        try? PrivateFile.write(StoredObjects.write(used), to: file, isDurable: false)
    }
}

/// The form of the file: `trimtab objects 1`, then for each object the length of its id (1), the id, the first letter of
/// its kind (1), its size (4, the lowest byte first) and its bytes.
enum StoredObjects {
    private static let head = Array("trimtab objects 1\n".utf8)
    private static let kinds: [(letter: UInt8, kind: GitObject.Kind)] = [
        (UInt8(ascii: "b"), .blob), (UInt8(ascii: "c"), .commit), (UInt8(ascii: "t"), .tree),
    ]

    static func write(_ objects: [GitObject]) -> [UInt8] {
        var bytes = head
        for object in objects {
            guard let letter = kinds.first(where: { $0.kind == object.kind })?.letter,
                let size = UInt32(exactly: object.bytes.count)
            else { continue }
            bytes.append(UInt8(truncatingIfNeeded: object.id.bytes.count))
            bytes += object.id.bytes
            bytes.append(letter)
            for shift in [0, 8, 16, 24] as [UInt32] { bytes.append(UInt8(truncatingIfNeeded: size >> shift)) }
            bytes += object.bytes
        }
        return bytes
    }

    /// What can be read up to the first byte that makes no sense.
    static func parse(_ bytes: [UInt8]) -> [GitObject] {
        guard bytes.starts(with: head) else { return [] }
        var rest = bytes.dropFirst(head.count)
        var objects: [GitObject] = []
        while let length = rest.popFirst(), rest.count >= Int(length) + 5,
            let id = GitID(bytes: Array(rest.prefix(Int(length))))
        {
            rest = rest.dropFirst(Int(length))
            let letter = rest.removeFirst()
            guard let kind = kinds.first(where: { $0.letter == letter })?.kind else { break }
            var size = 0
            for shift in [0, 8, 16, 24] { size |= Int(rest.removeFirst()) << shift }
            guard rest.count >= size else { break }
            objects.append(GitObject(id: id, kind: kind, bytes: Array(rest.prefix(size))))
            rest = rest.dropFirst(size)
        }
        return objects
    }
}

extension GitObject {
    /// Whether its bytes are those that its id names.
    fileprivate var isWhole: Bool {
        var hash = ObjectHash(expecting: GitObjectInfo(id: id, kind: kind, size: Int64(bytes.count)))
        hash.update(bytes[...])
        do throws(ObjectError) { try hash.finish() } catch { return false }
        return true
    }
}
