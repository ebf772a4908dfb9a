// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Glibc
import Manifest

extension Files {
    static func isFolder(_ path: String) -> Bool {
        var info = stat()
        return stat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFDIR
    }

    /// The files below a folder whose names end so, by their paths from it, ordered by bytes. Hidden folders, such as
    /// `.git`, and links to folders are passed over.
    static func names(below folder: String, ending suffix: String, limit: Int) throws(APIError) -> [String] {
        var found: [String] = []
        var open = [""]
        while let below = open.popLast() {
            guard let handle = opendir("\(folder)/\(below)") else {
                throw APIError(.failed, "\(Text("\(folder)/\(below)")): cannot be read")
            }
            defer { closedir(handle) }
            while let entry = readdir(handle) {
                let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                }
                guard !name.hasPrefix(".") else { continue }
                let path = below.isEmpty ? name : "\(below)/\(name)"
                var info = stat()
                guard lstat("\(folder)/\(path)", &info) == 0 else { continue }
                if info.st_mode & S_IFMT == S_IFDIR {
                    open.append(path)
                } else if name.hasSuffix(suffix) {
                    found.append(path)
                }
                guard found.count + open.count <= limit else {
                    throw APIError(.tooLarge, "\(Text(folder)): holds more than \(limit) files")
                }
            }
        }
        return found.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}
