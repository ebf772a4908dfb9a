// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import GitSource
import Model

enum CommitProperties {
    static func check(_ bytes: [UInt8]) throws {
        let commit: Commit
        do throws(MalformedObject) {
            commit = try Commit(parsing: bytes)
        } catch {
            try require(!error.reason.isEmpty, "refused without a reason")
            return
        }
        let head = "tree \(commit.tree.hex)\n" + commit.parents.map { "parent \($0.hex)\n" }.joined() + "author "
        // Ids may be written in capitals.
        let found = bytes.prefix(head.utf8.count).map { 0x41...0x46 ~= $0 ? $0 | 0x20 : $0 }
        try require(found.elementsEqual(head.utf8), "it is not what the text begins with")
        try require(bytes.suffix(commit.message.count).elementsEqual(commit.message), "the message is another")
        guard case .embedded(let block) = commit.signature else { return }
        try checkSignature(block, of: commit, bytes)
    }

    /// What is signed is all but the signature: nothing can be added to a commit that is signed.
    private static func checkSignature(_ block: EmbeddedSignature, of commit: Commit, _ bytes: [UInt8]) throws {
        var unsigned = commit
        unsigned.signature = .none
        try require(try Commit(parsing: block.payload) == unsigned, "what is signed says something else")
        // One piece was cut out.
        let start = zip(bytes, block.payload).prefix { $0 == $1 }.count
        let cut = bytes.count - block.payload.count
        let isCut = (0...start).contains { index in
            index + cut <= bytes.count && bytes[(index + cut)...].elementsEqual(block.payload[index...])
                && holds(bytes[index..<(index + cut)], block.signature)
        }
        try require(isCut, "what is signed is not the commit without its signature")
    }

    /// Whether a header's bytes are `gpgsig`, with the lines of a signature indented.
    private static func holds(_ header: ArraySlice<UInt8>, _ signature: [UInt8]) -> Bool {
        let lines = signature.dropLast().split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let value = Array(lines.joined(separator: Array("\n ".utf8))) + [UInt8(ascii: "\n")]
        return ["gpgsig ", "gpgsig-sha256 "].contains { header.elementsEqual(Array($0.utf8) + value) }
    }
}

enum TagProperties {
    static func check(_ bytes: [UInt8]) throws {
        let tag: Tag
        do throws(MalformedObject) {
            tag = try Tag(parsing: bytes)
        } catch {
            try require(!error.reason.isEmpty, "refused without a reason")
            return
        }
        let head = Array("object \(tag.object.hex)\ntype \(tag.kind.rawValue)\ntag ".utf8)
        let found = bytes.prefix(head.count).enumerated().map { index, byte in
            index < 47 + 24 && 0x41...0x46 ~= byte ? byte | 0x20 : byte
        }
        try require(found == head, "it is not what the text begins with")
        guard case .embedded(let block) = tag.signature else { return }
        try require(block.payload + block.signature == bytes, "what is signed and the signature are not the tag")
        let unsigned = try Tag(parsing: block.payload)
        try require(
            unsigned.object == tag.object && unsigned.kind == tag.kind && unsigned.name == tag.name
                && unsigned.tagger == tag.tagger, "what is signed says something else")
    }
}
