// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Model

/// Why the bytes of an object are not what Git's format asks for.
package struct MalformedObject: Error, Sendable, Hashable, CustomStringConvertible {
    /// Without a final full stop: `the header "tree" is missing`.
    package let reason: String

    package var description: String { reason }
}

/// The header lines of a commit or tag: `key value`, with continuation lines that begin with a space, up to the first
/// empty line.
struct HeaderLines {
    struct Line {
        var key: ArraySlice<UInt8>
        /// Continuation lines joined by line feeds.
        var value: [UInt8]
        /// The bytes of the line in the object, its continuation and its line feed included.
        var range: Range<Int>
    }

    /// More header lines than any commit has: a commit of 10,000 parents is refused.
    static let limit = 10_000

    let lines: [Line]
    /// Where the message begins: after the empty line, or at the end when there is no message.
    let message: Int

    init(parsing bytes: [UInt8]) throws(MalformedObject) {
        var lines: [Line] = []
        var start = 0
        while start < bytes.count {
            guard let end = bytes[start...].firstIndex(of: 0x0A) else {
                throw MalformedObject(reason: "its last header line does not end")
            }
            let next = end + 1
            if end == start {
                (self.lines, message) = (lines, next)
                return
            }
            let text = bytes[start..<end]
            guard !text.contains(0) else { throw MalformedObject(reason: "a header line holds a NUL byte") }
            if text.first == 0x20 {
                guard var last = lines.popLast() else {
                    throw MalformedObject(reason: "it begins with a continuation line")
                }
                last.value.append(0x0A)
                last.value.append(contentsOf: text.dropFirst())
                last.range = last.range.lowerBound..<next
                lines.append(last)
            } else {
                guard let space = text.firstIndex(of: 0x20) else {
                    throw MalformedObject(reason: "the header line \"\(printable(text.prefix(80)))\" has no value")
                }
                guard lines.count < Self.limit else {
                    throw MalformedObject(reason: "it has more than \(Self.limit) header lines")
                }
                lines.append(Line(key: text[..<space], value: Array(text[(space + 1)...]), range: start..<next))
            }
            start = next
        }
        (self.lines, message) = (lines, bytes.count)
    }

    /// Reads lines in the order that a format demands.
    struct Cursor {
        private var rest: ArraySlice<Line>

        init(_ lines: [Line]) { rest = lines[...] }

        /// The value of the next line, if it has this key.
        mutating func optional(_ key: String) -> [UInt8]? {
            guard let line = rest.first, line.key.elementsEqual(key.utf8) else { return nil }
            rest = rest.dropFirst()
            return line.value
        }

        mutating func required(_ key: String) throws(MalformedObject) -> [UInt8] {
            guard let value = optional(key) else {
                throw MalformedObject(reason: "the header \"\(key)\" is missing or out of place")
            }
            return value
        }

        mutating func requiredID(_ key: String) throws(MalformedObject) -> GitID {
            try Self.id(of: required(key), key: key)
        }

        mutating func optionalID(_ key: String) throws(MalformedObject) -> GitID? {
            guard let value = optional(key) else { return nil }
            return try Self.id(of: value, key: key)
        }

        /// What is left must not repeat a header that may come only once.
        func refuseRepeated(_ keys: [String]) throws(MalformedObject) {
            for line in rest {
                if let key = keys.first(where: { line.key.elementsEqual($0.utf8) }) {
                    throw MalformedObject(reason: "the header \"\(key)\" is repeated or out of place")
                }
            }
        }

        private static func id(of value: [UInt8], key: String) throws(MalformedObject) -> GitID {
            guard let text = String(validating: value, as: UTF8.self), let id = GitID(hex: text) else {
                throw MalformedObject(reason: "the header \"\(key)\" holds no full object id")
            }
            return id
        }
    }
}
