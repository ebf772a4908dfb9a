// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

/// The compact form in the state folder. Whatever cannot be read counts as not observed.
extension Observation {
    private static let form: UInt8 = 1

    var bytes: [UInt8] {
        var bytes: [UInt8] = [Self.form, isSettled ? 1 : 0]
        bytes.reserveCapacity(160 + path.bytes.count)
        bytes += object.bytes
        for number in [
            live.inode, live.device, UInt64(bitPattern: live.size), UInt64(bitPattern: live.modified),
            UInt64(bitPattern: live.changed),
        ] { bytes.append(number) }
        for number in [live.mode, live.owner, live.group] { bytes.append(number) }
        switch content {
        case nil: bytes.append(contentsOf: [0])
        case .git(let id): bytes += [id.bytes.count == 20 ? 1 : 2] + id.bytes
        case .sha256(let digest): bytes += [3] + digest.bytes
        }
        bytes.append(path: path.bytes)
        bytes.append(path: real == path ? [] : real.bytes)
        return bytes
    }

    init?(bytes: [UInt8]) {
        var rest = bytes[...]
        guard rest.popFirst() == Self.form, let flags = rest.popFirst(),
            let object = Digest(bytes: rest.take(32)),
            let inode: UInt64 = rest.number(), let device: UInt64 = rest.number(), let size: UInt64 = rest.number(),
            let modified: UInt64 = rest.number(), let changed: UInt64 = rest.number(),
            let mode: UInt32 = rest.number(), let owner: UInt32 = rest.number(), let group: UInt32 = rest.number(),
            let tag = rest.popFirst()
        else { return nil }
        self.object = object
        isSettled = flags & 1 != 0
        live = Stamp(
            inode: inode, device: device, size: Int64(bitPattern: size), modified: Int64(bitPattern: modified),
            changed: Int64(bitPattern: changed), mode: mode, owner: owner, group: group)
        switch tag {
        case 0: content = nil
        case 1, 2:
            guard let id = GitID(bytes: rest.take(tag == 1 ? 20 : 32)) else { return nil }
            content = .git(id)
        case 3:
            guard let digest = Digest(bytes: rest.take(32)) else { return nil }
            content = .sha256(digest)
        default: return nil
        }
        guard let path = HostPath(bytes: rest.path()) else { return nil }
        let real = rest.path()
        guard real.isEmpty || HostPath(bytes: real) != nil, rest.isEmpty else { return nil }
        self.path = path
        self.real = HostPath(bytes: real) ?? path
    }
}

extension Observation.Stamp {
    fileprivate init(
        inode: UInt64, device: UInt64, size: Int64, modified: Int64, changed: Int64, mode: UInt32, owner: UInt32,
        group: UInt32
    ) {
        self.inode = inode
        self.device = device
        self.size = size
        self.modified = modified
        self.changed = changed
        self.mode = mode
        self.owner = owner
        self.group = group
    }
}

extension [UInt8] {
    fileprivate mutating func append(_ number: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
    }

    fileprivate mutating func append(path: [UInt8]) {
        append(UInt16(truncatingIfNeeded: path.count))
        self += path
    }
}

extension ArraySlice<UInt8> {
    /// At most `count` bytes.
    fileprivate mutating func take(_ count: Int) -> [UInt8] {
        let taken = prefix(count)
        self = dropFirst(count)
        return Array(taken)
    }

    fileprivate mutating func number<Number: FixedWidthInteger>() -> Number? {
        guard count >= MemoryLayout<Number>.size else { return nil }
        var number: Number = 0
        for byte in prefix(MemoryLayout<Number>.size).reversed() {
            number = number << 8 | Number(truncatingIfNeeded: byte)
        }
        self = dropFirst(MemoryLayout<Number>.size)
        return number
    }

    fileprivate mutating func path() -> [UInt8] {
        guard let count: UInt16 = number() else { return [] }
        return take(Int(count))
    }
}
