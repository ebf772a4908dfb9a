// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

/// What was seen of a file when it stood as desired: while its metadata is unchanged, so is its content.
struct Observation: Hashable, Sendable {
    /// Of the desired object.
    var desired: Digest
    var content: Digest
    var inode: UInt64
    var device: UInt64
    var size: Int64
    var modified: Int64
    var changed: Int64

    init(desired: Digest, content: Digest, metadata: Metadata) {
        self.desired = desired
        self.content = content
        inode = metadata.inode
        device = metadata.device
        size = metadata.size
        modified = metadata.modified
        changed = metadata.changed
    }

    /// A changed owner or mode changes the time of the last change too.
    func stands(_ metadata: Metadata) -> Bool {
        inode == metadata.inode && device == metadata.device && size == metadata.size && modified == metadata.modified
            && changed == metadata.changed
    }

    private static let version: UInt8 = 1
    private static let length = 1 + 64 + 5 * 8

    var bytes: [UInt8] {
        var bytes = [Self.version] + desired.bytes + content.bytes
        bytes.reserveCapacity(Self.length)
        for number in [
            inode, device, UInt64(bitPattern: size), UInt64(bitPattern: modified), UInt64(bitPattern: changed),
        ] {
            withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
        }
        return bytes
    }

    /// `nil` for bytes of another version or length: then the file is looked at anew.
    init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.length, bytes[0] == Self.version, let desired = Digest(bytes: Array(bytes[1..<33])),
            let content = Digest(bytes: Array(bytes[33..<65]))
        else { return nil }
        func number(_ index: Int) -> UInt64 {
            bytes[(65 + index * 8)..<(73 + index * 8)].reversed().reduce(0) { $0 << 8 | UInt64($1) }
        }
        self.desired = desired
        self.content = content
        inode = number(0)
        device = number(1)
        size = Int64(bitPattern: number(2))
        modified = Int64(bitPattern: number(3))
        changed = Int64(bitPattern: number(4))
    }
}
