// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Helm
import Model

/// An archive gives the files that are in it, or a reason. Bytes that begin like gzip are unpacked first.
enum ArchiveProperties {
    private static let limit = 1 << 20

    static func check(_ bytes: [UInt8]) throws {
        do throws(ArchiveError) {
            if bytes.starts(with: [0x1F, 0x8B]) {
                let tar = try Gzip.decompress(bytes, limit: limit)
                try violation(of: tar.count <= limit, "more was unpacked than allowed")
                try checkFiles(of: tar)
            } else {
                try checkFiles(of: bytes)
            }
        } catch {
            if error.reason.hasPrefix(marker) { throw Violation(description: error.reason) }
            try require(!error.reason.isEmpty, "refused without a reason")
        }
    }

    private static let marker = "violation: "

    private static func violation(of holds: Bool, _ property: String) throws(ArchiveError) {
        guard holds else { throw ArchiveError(marker + property) }
    }

    private static func checkFiles(of tar: [UInt8]) throws(ArchiveError) {
        let files = try TarReader.read(tar, limits: TarReader.Limits(files: 50, fileSize: 4096, depth: 20))
        try violation(of: files.count <= 50, "more files than allowed")
        for (path, content) in files {
            try violation(of: !path.isRoot && path.components.count <= 20, "a path that is none")
            let climbs = path.components.contains { $0.elementsEqual("..".utf8) || $0.contains(UInt8(ascii: "/")) }
            try violation(of: !climbs, "\(path) leads out")
            try violation(of: content.count <= 4096, "\(path) is larger than allowed")
            var above = path.parent
            while let folder = above {
                try violation(of: files[folder] == nil, "\(folder) is a file and a folder")
                above = folder.parent
            }
        }
        // Written plainly, it is read again as the same.
        let again = try TarReader.read(write(files))
        try violation(of: again == files, "what was read is not what was written")
    }

    /// An archive of the files with their names in extended headers.
    private static func write(_ files: [TreePath: [UInt8]]) -> [UInt8] {
        files.flatMap { path, content in
            entry("x", record(path.bytes)) + entry("0", content)
        }
    }

    private static func record(_ path: [UInt8]) -> [UInt8] {
        let rest = Array(" path=".utf8) + path + [0x0A]
        var length = rest.count + 1
        while "\(length)".utf8.count + rest.count != length { length += 1 }
        return Array("\(length)".utf8) + rest
    }

    private static func entry(_ type: Character, _ content: [UInt8]) -> [UInt8] {
        var block = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, at offset: Int) {
            for (index, byte) in text.utf8.enumerated() { block[offset + index] = byte }
        }
        func octal(_ number: Int, _ width: Int) -> String {
            let digits = String(number, radix: 8)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        put("name", at: 0)
        put(octal(content.count, 11), at: 124)
        put(String(type), at: 156)
        put("        ", at: 148)
        put(octal(block.reduce(0) { $0 + Int($1) }, 6), at: 148)
        return block + content + [UInt8](repeating: 0, count: (512 - content.count % 512) % 512)
    }
}
