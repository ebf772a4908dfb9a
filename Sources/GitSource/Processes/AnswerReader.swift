// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Glibc
package import Model

/// What `git cat-file --batch-command` sends, read from its socket. Every call blocks.
package struct AnswerReader: ~Copyable {
    package enum Answer: Sendable {
        case missing
        /// When the content was asked for, so many bytes and a line feed follow.
        case header(GitObjectInfo)
    }

    /// The stream ended, or makes no sense: nothing more can be read from it.
    package struct Failure: Error, Sendable {
        package var reason: String

        static let ended = Failure(reason: "git cat-file ended")
        static let confused = Failure(reason: "git cat-file answered something else")
    }

    private let socket: Int32
    private var buffer = [UInt8](repeating: 0, count: 64 << 10)
    private var start = 0
    private var end = 0

    /// The socket stays the caller's.
    package init(socket: Int32) { self.socket = socket }

    /// The header line of the next answer.
    package mutating func answer(to id: GitID) throws(Failure) -> Answer {
        let line = try readLine()
        let words = line.split(separator: 0x20, omittingEmptySubsequences: false)
        guard let first = words.first, first.elementsEqual(id.hex.utf8) else { throw .confused }
        if words.count == 2, words[1].elementsEqual("missing".utf8) { return .missing }
        guard words.count == 3, let kind = GitObject.Kind(word: words[1]), let size = Self.size(words[2]) else {
            throw .confused
        }
        return .header(GitObjectInfo(id: id, kind: kind, size: size))
    }

    /// The content that follows a header: exactly `size` bytes, and the line feed after them is dropped.
    package mutating func content(size: Int) throws(Failure) -> [UInt8] {
        var content: [UInt8] = []
        content.reserveCapacity(size)
        while content.count < size {
            content.append(contentsOf: try readPiece(atMost: size - content.count))
        }
        try endContent()
        return content
    }

    /// Some of the content that follows, at least one byte.
    package mutating func readPiece(atMost limit: Int) throws(Failure) -> ArraySlice<UInt8> {
        if start == end { try fill() }
        let count = min(limit, end - start)
        defer { start += count }
        return buffer[start..<(start + count)]
    }

    package mutating func endContent() throws(Failure) {
        guard try readPiece(atMost: 1).first == 0x0A else {
            throw Failure(reason: "git cat-file sent more than it announced")
        }
    }

    /// As Git writes it: digits alone, no zeros before others.
    private static func size(_ digits: ArraySlice<UInt8>) -> Int64? {
        guard let size = Int64(String(decoding: digits, as: UTF8.self)), size >= 0,
            digits.elementsEqual(String(size).utf8)
        else { return nil }
        return size
    }

    private mutating func readLine() throws(Failure) -> [UInt8] {
        var line: [UInt8] = []
        // An id, a word and a number.
        while line.count < 200 {
            if start == end { try fill() }
            if let feed = buffer[start..<end].firstIndex(of: 0x0A) {
                line.append(contentsOf: buffer[start..<feed])
                start = feed + 1
                return line
            }
            line.append(contentsOf: buffer[start..<end])
            start = end
        }
        throw .confused
    }

    private mutating func fill() throws(Failure) {
        while true {
            let socket = socket
            let count = buffer.withUnsafeMutableBytes { recv(socket, $0.baseAddress, $0.count, 0) }
            if count > 0 {
                (start, end) = (0, count)
                return
            }
            if count == 0 || errno != EINTR { throw .ended }
        }
    }
}
