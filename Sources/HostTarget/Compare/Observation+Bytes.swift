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
        ] { bytes.append(number: number) }
        for number in [live.mode, live.owner, live.group] { bytes.append(number: number) }
        bytes.append(content)
        bytes.append(measured: path.bytes)
        bytes.append(measured: real == path ? [] : real.bytes)
        return bytes
    }

    init?(bytes: [UInt8]) { self.init(bytes: bytes[...]) }

    init?(bytes: ArraySlice<UInt8>) {
        var rest = bytes
        guard rest.popFirst() == Self.form, let flags = rest.popFirst(),
            let object = Digest(bytes: Array(rest.take(32))),
            let inode: UInt64 = rest.number(), let device: UInt64 = rest.number(), let size: UInt64 = rest.number(),
            let modified: UInt64 = rest.number(), let changed: UInt64 = rest.number(),
            let mode: UInt32 = rest.number(), let owner: UInt32 = rest.number(), let group: UInt32 = rest.number(),
            let content = rest.content(), let path = rest.measured().flatMap({ HostPath(bytes: $0) }),
            let real = rest.measured(), real.isEmpty || HostPath(bytes: real) != nil, rest.isEmpty
        else { return nil }
        self.object = object
        isSettled = flags & 1 != 0
        live = Stamp(
            inode: inode, device: device, size: Int64(bitPattern: size), modified: Int64(bitPattern: modified),
            changed: Int64(bitPattern: changed), mode: mode, owner: owner, group: group)
        self.content = content
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
