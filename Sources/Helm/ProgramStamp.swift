// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Glibc
package import SystemPackage

/// Which file a program's name leads to, links followed: another file, or one that was written anew, has another stamp.
package struct ProgramStamp: Sendable, Hashable {
    private let device: UInt
    private let inode: UInt
    private let size: Int
    /// Nanoseconds since 1970.
    private let changed: Int

    /// `nil` when no file is there.
    package init?(_ program: FilePath) {
        var status = stat()
        guard stat(program.string, &status) == 0 else { return nil }
        device = status.st_dev
        inode = status.st_ino
        size = status.st_size
        changed = status.st_mtim.tv_sec &* 1_000_000_000 &+ status.st_mtim.tv_nsec
    }
}

extension ProgramStamp: CustomStringConvertible {
    package var description: String { "\(device):\(inode) \(size) \(changed)" }
}
