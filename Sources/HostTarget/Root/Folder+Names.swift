// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import CLinux
import Glibc

extension Folder {
    /// The names in the folder, without `.` and `..`, in no order. Refuses a folder of more than `limit` names.
    func names(limit: Int = 1_000_000) throws(HostFault) -> [[UInt8]] {
        // A descriptor of its own: the position in the list belongs to the open file.
        let list = try open([UInt8(ascii: ".")], O_RDONLY | O_DIRECTORY)
        var names: [[UInt8]] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = clinux_getdents(list.raw, &buffer, UInt64(buffer.count))
            guard count >= 0 else { throw HostFault("list", path, code: Int32(-count)) }
            if count == 0 { return names }
            names += Self.parse(buffer.prefix(Int(count)))
            guard names.count <= limit else { throw HostFault("\(path) holds more than \(limit) names") }
        }
    }

    /// struct linux_dirent64: inode (8), offset (8), length of the record (2), type (1), name with its NUL.
    private static func parse(_ records: ArraySlice<UInt8>) -> [[UInt8]] {
        var names: [[UInt8]] = []
        var rest = records
        while rest.count > 19 {
            let start = rest.startIndex
            let length = Int(rest[start + 16]) | Int(rest[start + 17]) << 8
            guard length > 19, length <= rest.count else { break }
            let name = Array(rest[(start + 19)..<(start + length)].prefix { $0 != 0 })
            if name != [UInt8(ascii: ".")], name != Array("..".utf8) { names.append(name) }
            rest = rest.dropFirst(length)
        }
        return names
    }
}
