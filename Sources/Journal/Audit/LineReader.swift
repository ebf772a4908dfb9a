// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Glibc

/// Reads a file line by line, with a limit on each. Blocks.
struct LineReader: ~Copyable {
    private let file: Int32
    private let path: String
    private let limit: Int
    private var buffer: [UInt8] = []
    private var start = 0
    private var isAtEnd = false

    init(path: String, limit: Int) throws(JournalError) {
        file = open(path, O_RDONLY | O_CLOEXEC)
        if file < 0 && errno == ENOENT { throw JournalError(.missing, "there is no \(path)") }
        guard file >= 0 else { throw .system("cannot read \(path)") }
        self.path = path
        self.limit = limit
    }

    deinit { close(file) }

    /// The next line without its line feed; `nil` at the end. Throws when bytes follow the last line feed.
    mutating func next() throws(JournalError) -> [UInt8]? {
        var searched = start
        while true {
            if let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                defer { start = end + 1 }
                return Array(buffer[start..<end])
            }
            guard buffer.count - start <= limit else {
                throw JournalError(.damaged, "a line of \(path) is longer than \(limit) bytes")
            }
            buffer.removeFirst(start)
            start = 0
            searched = buffer.count
            guard try fill() else {
                if buffer.isEmpty { return nil }
                throw JournalError(.damaged, "the last line of \(path) is cut off")
            }
        }
    }

    /// `false` at the end of the file.
    private mutating func fill() throws(JournalError) -> Bool {
        let file = file
        while !isAtEnd {
            var count = 0
            let chunk = [UInt8](unsafeUninitializedCapacity: 1 << 16) { chunk, initialized in
                count = read(file, chunk.baseAddress, chunk.count)
                initialized = max(0, count)
            }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw .system("cannot read \(path)") }
            guard count > 0 else { break }
            buffer += chunk
            return true
        }
        isAtEnd = true
        return false
    }
}
