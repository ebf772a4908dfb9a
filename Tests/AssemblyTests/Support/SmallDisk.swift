// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import Glibc

/// A file system of a few megabytes in memory, on a folder, for as long as a test needs it.
final class SmallDisk: Sendable {
    let path: String

    /// Only root can, and not in every container.
    static let isPossible: Bool = {
        let path = NSTemporaryDirectory() + "trimtab-disk-\(getpid())"
        guard mkdir(path, 0o700) == 0 else { return false }
        defer { rmdir(path) }
        guard Glibc.mount("tmpfs", path, "tmpfs", 0, "size=1m") == 0 else { return false }
        umount2(path, Int32(MNT_DETACH))
        return true
    }()

    init(path: String, megabytes: Int) throws {
        self.path = path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        guard Glibc.mount("tmpfs", path, "tmpfs", 0, "size=\(megabytes)m,mode=700") == 0 else {
            throw CocoaError(.fileWriteUnknown)
        }
    }

    deinit { umount2(path, Int32(MNT_DETACH)) }

    /// Takes all space but `left` bytes.
    func fill(leaving left: Int = 0) throws {
        var info = statvfs()
        guard statvfs(path, &info) == 0 else { throw CocoaError(.fileReadUnknown) }
        let free = Int(info.f_bavail) * Int(info.f_frsize)
        let ballast = path + "/ballast"
        let file = open(ballast, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        defer { close(file) }
        var rest = free - left
        let zeros = [UInt8](repeating: 0, count: 4096)
        while rest > 0, write(file, zeros, min(rest, zeros.count)) > 0 { rest -= zeros.count }
    }

    func empty() throws { try FileManager.default.removeItem(atPath: path + "/ballast") }

    func allowWriting(_ isAllowed: Bool) throws {
        let flags = UInt(MS_REMOUNT) | (isAllowed ? 0 : UInt(MS_RDONLY))
        guard Glibc.mount("tmpfs", path, "tmpfs", flags, nil) == 0 else { throw CocoaError(.fileWriteUnknown) }
    }
}
