// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import GRDB
import Glibc

extension JournalError {
    /// What an error of SQLite means for whoever keeps a file in the state folder. Its texts hold no values of ours.
    package init(sqlite error: any Error, path: String) {
        if let error = error as? JournalError {
            self = error
            return
        }
        guard let error = error as? DatabaseError else {
            self.init(.failed, "cannot use \(path): \(error)")
            return
        }
        let reason = error.message ?? "SQLite error \(error.resultCode.rawValue)"
        switch error.resultCode {
        case .SQLITE_FULL: self = .full(path)
        case .SQLITE_IOERR where Self.isFull(path): self = .full(path)
        case .SQLITE_NOTADB:
            self.init(.notAJournal, "\(path) is no journal: \(reason)")
        case .SQLITE_CORRUPT:
            self.init(.damaged, "\(path) is damaged: \(reason)", advice: "restore it from a backup")
        case .SQLITE_READONLY:
            self.init(.readOnly, "cannot write to \(path): \(reason)")
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            self.init(
                .conflict, "\(path) is in use: \(reason)", advice: "only one Trimtab may own a state folder")
        case .SQLITE_MISUSE:
            self = .closed
        default:
            self.init(.failed, "cannot use \(path): \(reason)")
        }
    }

    private static func full(_ path: String) -> JournalError {
        JournalError(.full, "cannot write to \(path): no space is left", advice: "free some space")
    }

    /// SQLite calls it an I/O error when there is no space for the memory that readers share.
    private static func isFull(_ path: String) -> Bool {
        var info = statvfs()
        return statvfs(path, &info) == 0 && info.f_bavail == 0
    }
}
