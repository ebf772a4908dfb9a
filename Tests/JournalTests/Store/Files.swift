// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation

/// Whether some file of a folder holds a text.
func filesHold(_ text: String, in folder: URL) throws -> Bool {
    try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil).contains { file in
        try Data(contentsOf: file).range(of: Data(text.utf8)) != nil
    }
}

/// Name, size, inode and time of the last change of every file of a folder.
func fileStates(in folder: URL) throws -> [String: [Int]] {
    var states: [String: [Int]] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
        var status = stat()
        guard lstat(folder.path + "/" + name, &status) == 0 else { continue }
        states[name] = [
            Int(status.st_size), Int(status.st_ino), status.st_mtim.tv_sec, status.st_mtim.tv_nsec,
            Int(status.st_mode & 0o777),
        ]
    }
    return states
}
