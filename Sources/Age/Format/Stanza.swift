// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// What a header says for one recipient: its type, arguments, and the file key encrypted to it.
struct Stanza: Sendable, Hashable {
    var type: String
    var arguments: [String]
    var body: [UInt8]

    /// Columns of a full line of the body.
    static let columns = 64

    func write(to output: inout [UInt8]) {
        output += "-> ".utf8
        output += ([type] + arguments).joined(separator: " ").utf8
        output.append(UInt8(ascii: "\n"))
        var rest = Base64.encode(body, .unpadded).utf8[...]
        while rest.count >= Self.columns {
            output += rest.prefix(Self.columns)
            output.append(UInt8(ascii: "\n"))
            rest = rest.dropFirst(Self.columns)
        }
        output += rest
        output.append(UInt8(ascii: "\n"))
    }
}

extension Stanza {
    /// An argument in canonical base 64 of a given length.
    func bytes(ofArgument index: Int, count: Int, _ name: String) throws(AgeError) -> [UInt8] {
        guard let bytes = Base64.decode(arguments[index].utf8, .unpadded), bytes.count == count else {
            throw .header("the \(name) of a \(type) recipient is not the base 64 of \(count) bytes")
        }
        return bytes
    }

    func expect(arguments count: Int) throws(AgeError) {
        guard arguments.count == count else {
            throw .header("a \(type) recipient has \(arguments.count) arguments instead of \(count)")
        }
    }

    /// Checked before anything is decrypted, so that no body can be made that several keys open.
    func expectFileKey() throws(AgeError) {
        guard body.count == FileKey.wrappedLength else {
            throw .header("the body of a \(type) recipient has \(body.count) bytes, and a file key has 32")
        }
    }
}
