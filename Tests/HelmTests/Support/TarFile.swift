// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import CZlib
import Foundation

/// Makes tar archives, well formed and otherwise.
enum TarFile {
    struct Entry {
        var name: String
        var content: [UInt8] = []
        var type: Character = "0"
        var link = ""
        /// What the header says, when it is not the size of the content.
        var size: String?
    }

    static func make(_ entries: [Entry], end: Bool = true) -> [UInt8] {
        entries.flatMap { header($0) + $0.content + padding($0.content.count) }
            + (end ? [UInt8](repeating: 0, count: 1024) : [])
    }

    static func gzipped(_ files: [(String, String)]) -> [UInt8] {
        gzip(make(files.map { Entry(name: $0.0, content: Array($0.1.utf8)) }))
    }

    static func header(_ entry: Entry) -> [UInt8] {
        var block = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, _ offset: Int, _ length: Int) {
            for (index, byte) in text.utf8.prefix(length).enumerated() { block[offset + index] = byte }
        }
        put(entry.name, 0, 100)
        put("0000644", 100, 8)
        put(entry.size ?? String(format: "%011o", entry.content.count), 124, 12)
        put("00000000000", 136, 12)
        put(String(entry.type), 156, 1)
        put(entry.link, 157, 100)
        put("ustar\u{0}00", 257, 8)
        for index in 148..<156 { block[index] = 0x20 }
        put(String(format: "%06o\u{0} ", block.reduce(0) { $0 + Int($1) }), 148, 8)
        return block
    }

    /// The records of an extended header.
    static func pax(_ records: [(String, String)]) -> [UInt8] {
        records.flatMap { key, value in
            let rest = " \(key)=\(value)\n"
            var length = rest.utf8.count + 1
            while "\(length)".utf8.count + rest.utf8.count != length { length += 1 }
            return Array("\(length)\(rest)".utf8)
        }
    }

    static func gzip(_ bytes: [UInt8]) -> [UInt8] {
        var stream = z_stream()
        deflateInit2_(
            &stream, 9, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        defer { deflateEnd(&stream) }
        var input = bytes
        var output = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(bytes.count))) + 64)
        let count = input.withUnsafeMutableBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(output.count)
                deflate(&stream, Z_FINISH)
                return output.count - Int(stream.avail_out)
            }
        }
        return Array(output.prefix(count))
    }

    private static func padding(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: (512 - count % 512) % 512) }
}
