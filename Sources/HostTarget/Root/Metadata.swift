// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import CLinux
import Glibc

/// What the kernel tells of a name, links not followed.
struct Metadata: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        case file, folder, link
        case pipe, socket, characterDevice, blockDevice

        /// `a file`, for messages.
        var inWords: String {
            switch self {
            case .file: "a file"
            case .folder: "a folder"
            case .link: "a symbolic link"
            case .pipe: "a named pipe"
            case .socket: "a socket"
            case .characterDevice, .blockDevice: "a device"
            }
        }
    }

    var inode: UInt64
    var device: UInt64
    /// Bytes.
    var size: Int64
    /// Nanoseconds since 1970.
    var modified: Int64
    var changed: Int64
    var kind: Kind
    /// Permissions with the set-id and sticky bits: at most 0o7777.
    var mode: UInt32
    var owner: UInt32
    var group: UInt32
    var links: UInt32
    var isMountRoot: Bool
    var isImmutable: Bool

    init(_ raw: clinux_metadata) {
        inode = raw.inode
        device = raw.device
        size = raw.size
        modified = raw.modified
        changed = raw.changed
        mode = raw.mode & 0o7777
        owner = raw.owner
        group = raw.group
        links = raw.links
        isMountRoot = raw.attributes & UInt64(CLINUX_ATTRIBUTE_MOUNT_ROOT) != 0
        isImmutable =
            raw.attributes
            & UInt64(CLINUX_ATTRIBUTE_IMMUTABLE | CLINUX_ATTRIBUTE_APPEND) != 0
        kind =
            switch raw.mode & UInt32(S_IFMT) {
            case UInt32(S_IFDIR): .folder
            case UInt32(S_IFLNK): .link
            case UInt32(S_IFIFO): .pipe
            case UInt32(S_IFSOCK): .socket
            case UInt32(S_IFCHR): .characterDevice
            case UInt32(S_IFBLK): .blockDevice
            default: .file
            }
    }

    /// The same file with the same content, as far as metadata can tell. A rename changes none of this.
    func isSameContent(as other: Metadata) -> Bool {
        inode == other.inode && device == other.device && size == other.size && modified == other.modified
            && kind == other.kind
    }
}
