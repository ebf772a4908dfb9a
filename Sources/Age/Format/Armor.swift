// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// A file as text: PEM (RFC 7468, strict) with the label `AGE ENCRYPTED FILE`. White space may stand around it.
enum Armor {
    private static let begin = Array("-----BEGIN AGE ENCRYPTED FILE-----".utf8)
    private static let end = Array("-----END AGE ENCRYPTED FILE-----".utf8)
    private static let columns = 64

    /// Whether the first thing in the file is the first line of an armor. Certificates and keys begin with another.
    static func isPresent(in file: some Collection<UInt8>) -> Bool {
        file.drop(while: isSpace).starts(with: begin)
    }

    /// Whether a file that is said to be of age is to be read as an armor, well made or not.
    static func isMeant(in file: some Collection<UInt8>) -> Bool {
        file.drop(while: isSpace).starts(with: "-----".utf8)
    }

    static func encode(_ file: [UInt8]) -> [UInt8] {
        var output = begin
        output.append(UInt8(ascii: "\n"))
        var rest = Base64.encode(file).utf8[...]
        while !rest.isEmpty {
            output += rest.prefix(columns)
            output.append(UInt8(ascii: "\n"))
            rest = rest.dropFirst(columns)
        }
        output += end
        output.append(UInt8(ascii: "\n"))
        return output
    }

    static func decode(_ text: [UInt8]) throws(AgeError) -> [UInt8] {
        var lines = try lines(of: text)[...]
        guard let first = lines.popFirst(), first.elementsEqual(begin) else {
            throw .armor("it does not begin with \(String(decoding: begin, as: UTF8.self))")
        }
        guard let last = lines.popLast(), last.elementsEqual(end) else {
            throw .armor("it does not end with \(String(decoding: end, as: UTF8.self))")
        }
        var file: [UInt8] = []
        file.reserveCapacity(text.count / 4 * 3)
        for (index, line) in zip(lines.indices, lines) {
            let isLast = index == lines.endIndex - 1
            guard line.count == columns || (isLast && !line.isEmpty && line.count < columns) else {
                throw .armor("a line does not have \(columns) columns")
            }
            guard let bytes = Base64.decode(line), isLast || bytes.count == columns / 4 * 3 else {
                throw .armor("a line is not base 64")
            }
            file += bytes
        }
        return file
    }

    /// Lines that end with LF or CR LF, without the white space around the whole.
    private static func lines(of text: [UInt8]) throws(AgeError) -> [ArraySlice<UInt8>] {
        var text = text.drop(while: isSpace)
        while let last = text.last, isSpace(last) { text.removeLast() }
        return text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { line in
            line.last == UInt8(ascii: "\r") ? line.dropLast() : line
        }
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || (0x09...0x0D).contains(byte)
    }
}
