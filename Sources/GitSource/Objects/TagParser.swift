// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Model

/// An annotated tag, read strictly.
package struct Tag: Sendable, Hashable {
    package var object: GitID
    package var kind: GitObject.Kind
    /// The name that was signed: a tag fetched under another name is not this one.
    package var name: [UInt8]
    /// Tags of Git's first years have none.
    package var tagger: Person?
    package var signature: SignatureBlock

    package init(parsing bytes: [UInt8]) throws(MalformedObject) {
        guard bytes.count <= Commit.sizeLimit else {
            throw MalformedObject(reason: "it has more than \(Commit.sizeLimit) bytes")
        }
        let header = try HeaderLines(parsing: bytes)
        var cursor = HeaderLines.Cursor(header.lines)
        object = try cursor.requiredID("object")
        guard let kind = try GitObject.Kind(word: cursor.required("type")) else {
            throw MalformedObject(reason: "the header \"type\" names no kind of object")
        }
        self.kind = kind
        name = try cursor.required("tag")
        tagger = nil
        if let person = cursor.optional("tagger") { tagger = try Person(parsing: person) }
        try cursor.refuseRepeated(["object", "type", "tag", "tagger"])
        signature = Self.signature(in: bytes, from: header.message)
    }

    /// The signature of a tag is the end of its message, from the last line that begins an armour.
    private static func signature(in bytes: [UInt8], from message: Int) -> SignatureBlock {
        var begin: Int?
        var line = message
        while line < bytes.count {
            let rest = bytes[line...]
            if rest.starts(with: "-----BEGIN ".utf8) { begin = line }
            line = (rest.firstIndex(of: 0x0A) ?? bytes.count - 1) + 1
        }
        guard let begin else { return .none }
        guard let scheme = EmbeddedSignature.scheme(of: bytes[begin...]) else {
            return .unreadable(reason: "its signature is neither of GPG nor of SSH")
        }
        return .embedded(
            EmbeddedSignature(scheme: scheme, signature: Array(bytes[begin...]), payload: Array(bytes[..<begin])))
    }
}
