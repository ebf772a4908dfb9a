// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Model

/// A commit, read strictly: one tree, then parents, author, committer, in Git's order.
package struct Commit: Sendable, Hashable {
    package var tree: GitID
    package var parents: [CommitID]
    package var author: Person
    package var committer: Person
    package var signature: SignatureBlock
    /// Bytes, because Git does not require UTF-8.
    package var message: [UInt8]

    /// The largest commit or tag that is read at all, in bytes.
    package static let sizeLimit = 4 << 20

    package init(parsing bytes: [UInt8]) throws(MalformedObject) {
        guard bytes.count <= Self.sizeLimit else {
            throw MalformedObject(reason: "it has more than \(Self.sizeLimit) bytes")
        }
        let header = try HeaderLines(parsing: bytes)
        var cursor = HeaderLines.Cursor(header.lines)
        tree = try cursor.requiredID("tree")
        parents = []
        while let parent = try cursor.optionalID("parent") { parents.append(CommitID(parent)) }
        author = try Person(parsing: cursor.required("author"))
        committer = try Person(parsing: cursor.required("committer"))
        try cursor.refuseRepeated(["tree", "parent", "author", "committer"])
        signature = Self.signature(in: bytes, header: header)
        message = Array(bytes[header.message...])
    }

    /// The first line of the message, printable.
    package var subject: String { printable(message.prefix { $0 != 0x0A }.prefix(200)) }

    /// Git signs the commit without its signature headers, of either hash.
    private static func signature(in bytes: [UInt8], header: HeaderLines) -> SignatureBlock {
        let blocks = header.lines.filter {
            $0.key.elementsEqual("gpgsig".utf8) || $0.key.elementsEqual("gpgsig-sha256".utf8)
        }
        guard let block = blocks.first else { return .none }
        guard blocks.count == 1 else { return .unreadable(reason: "it carries \(blocks.count) signatures") }
        let signature = block.value + [0x0A]
        guard let scheme = EmbeddedSignature.scheme(of: signature) else {
            return .unreadable(reason: "its signature is neither of GPG nor of SSH")
        }
        let payload = Array(bytes[..<block.range.lowerBound] + bytes[block.range.upperBound...])
        return .embedded(EmbeddedSignature(scheme: scheme, signature: signature, payload: payload))
    }
}
