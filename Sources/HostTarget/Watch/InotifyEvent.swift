// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Glibc

/// One record of inotify(7).
struct InotifyEvent: Sendable, Hashable {
    var watch: Int32
    var mask: UInt32
    /// Empty for the folder itself.
    var name: [UInt8]

    var isOverflow: Bool { mask & UInt32(IN_Q_OVERFLOW) != 0 }
    /// The folder is gone, or lies elsewhere.
    var endsFolder: Bool { mask & UInt32(IN_DELETE_SELF | IN_MOVE_SELF | IN_IGNORED | IN_UNMOUNT) != 0 }
    var isIgnored: Bool { mask & UInt32(IN_IGNORED) != 0 }

    /// What changes the content, the metadata or the being of a name; for folders only, and not for files that have
    /// lost their name already.
    static let wanted =
        UInt32(IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_CREATE | IN_ATTRIB | IN_DELETE_SELF)
        | UInt32(IN_MOVE_SELF | IN_ONLYDIR | IN_EXCL_UNLINK)

    /// Takes the records of one read apart: watch (4), mask (4), cookie (4), length (4), name with NULs.
    static func parse(_ bytes: UnsafeRawBufferPointer) -> [InotifyEvent] {
        var events: [InotifyEvent] = []
        var offset = 0
        while offset + 16 <= bytes.count {
            let watch = bytes.loadUnaligned(fromByteOffset: offset, as: Int32.self)
            let mask = bytes.loadUnaligned(fromByteOffset: offset + 4, as: UInt32.self)
            let length = Int(bytes.loadUnaligned(fromByteOffset: offset + 12, as: UInt32.self))
            guard length <= bytes.count - offset - 16 else { break }
            let name = bytes[(offset + 16)..<(offset + 16 + length)].prefix { $0 != 0 }
            events.append(InotifyEvent(watch: watch, mask: mask, name: Array(name)))
            offset += 16 + length
        }
        return events
    }
}
