// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Crypto
import Manifest

/// The text that a file begins with: for each recipient the file key, and a code over all that.
struct Header: Sendable {
    static let firstLine = Array("age-encryption.org/v1\n".utf8)

    let stanzas: [Stanza]
    /// Bytes of the whole header.
    let length: Int
    private let code: [UInt8]
    /// The bytes that the code is over.
    private let signed: [UInt8]

    /// Bytes of a header, at most. The largest recipients that there are take 1.6 kB each.
    static let limit = 1 << 20
    static let stanzaLimit = 512

    /// - Parameter file: the whole file, without armor.
    init(_ file: [UInt8]) throws(AgeError) {
        var lines = HeaderLines(file)
        let first = try lines.next()
        guard first.elementsEqual(Self.firstLine.dropLast()) else {
            let isOther = first.starts(with: "age-encryption.org/".utf8)
            throw isOther && first.allSatisfy({ (0x21...0x7E).contains($0) })
                ? .unsupported("an age file of another version than v1") : .header("it does not begin as an age file")
        }
        var stanzas: [Stanza] = []
        while true {
            let start = lines.offset
            let line = try lines.next()
            if line.starts(with: "---".utf8) {
                guard !stanzas.isEmpty else { throw .header("it names no recipient") }
                code = try Self.code(line)
                signed = Array(file[..<(start + 3)])
                break
            }
            guard stanzas.count < Self.stanzaLimit else { throw .header("more than \(Self.stanzaLimit) recipients") }
            stanzas.append(try Self.stanza(line, &lines))
        }
        self.stanzas = stanzas
        length = lines.offset
    }

    /// Whether this header was written by someone who knew the file key.
    func verify(with fileKey: FileKey) throws(AgeError) {
        let isValid = HMAC<SHA256>.isValidAuthenticationCode(
            code, authenticating: signed, using: fileKey.derive(info: "header"))
        guard isValid else { throw .headerMAC }
    }

    static func write(_ stanzas: [Stanza], fileKey: FileKey) -> [UInt8] {
        var output = firstLine
        for stanza in stanzas { stanza.write(to: &output) }
        output += "---".utf8
        let code = HMAC<SHA256>.authenticationCode(for: output, using: fileKey.derive(info: "header"))
        output += " \(Base64.encode(Array(code), .unpadded))\n".utf8
        return output
    }

    /// `--- ` and 43 letters.
    private static func code(_ line: ArraySlice<UInt8>) throws(AgeError) -> [UInt8] {
        guard line.starts(with: "--- ".utf8), let code = Base64.decode(line.dropFirst(4), .unpadded), code.count == 32
        else { throw .header("its last line is not `---` and an authentication code") }
        return code
    }

    private static func stanza(_ line: ArraySlice<UInt8>, _ lines: inout HeaderLines) throws(AgeError) -> Stanza {
        guard line.starts(with: "-> ".utf8) else { throw .header("a recipient does not begin with `-> `") }
        var words: [String] = []
        for word in line.dropFirst(3).split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false) {
            guard !word.isEmpty, word.allSatisfy({ (0x21...0x7E).contains($0) }) else {
                throw .header("an argument of a recipient is empty or holds other than visible ASCII letters")
            }
            words.append(String(decoding: word, as: UTF8.self))
        }
        var body: [UInt8] = []
        while true {
            let line = try lines.next()
            guard line.count <= Stanza.columns, let part = Base64.decode(line, .unpadded) else {
                throw .header("a recipient's body is not base 64 in lines of 64 columns")
            }
            body += part
            if line.count < Stanza.columns { break }
        }
        return Stanza(type: words[0], arguments: Array(words.dropFirst()), body: body)
    }
}

/// The lines of a header. Each ends with a line feed.
private struct HeaderLines {
    private let bytes: [UInt8]
    private let limit: Int
    private(set) var offset = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        limit = min(bytes.count, Header.limit)
    }

    mutating func next() throws(AgeError) -> ArraySlice<UInt8> {
        guard let end = bytes[offset..<limit].firstIndex(of: UInt8(ascii: "\n")) else {
            throw .header(limit < bytes.count ? "more than \(Header.limit) bytes" : "the file ends within it")
        }
        defer { offset = end + 1 }
        return bytes[offset..<end]
    }
}
