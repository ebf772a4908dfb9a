// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Testing

@testable import Secrets

/// Whatever a file looks like, each part of it is looked at a few times and no more.
@Suite struct ReadingWorkTests {
    private static let count = 3000

    @Test func `A section is looked for once behind any number of comments`() throws {
        let comments = String(repeating: "; c\n\n", count: Self.count)
        let bytes = Array("[a]\n\(comments)[b]\nk = v\n\(comments)".utf8)
        var reader = INIReader(bytes)
        var sections: [Text?] = []
        while let (entry, _) = try reader.next() {
            guard case .comment = entry else { continue }
            sections.append(reader.sectionBehindComments())
        }
        #expect(sections.count == 2 * Self.count)
        #expect(sections.prefix(Self.count).allSatisfy { $0 == "b" })
        #expect(sections.suffix(Self.count).allSatisfy { $0 == nil })
        #expect(reader.work < 3 * bytes.count(where: { $0 == 10 }), "\(reader.work) lines were read")
    }

    @Test func `A value over many lines is one value`() throws {
        let bytes = Array(("k = " + String(repeating: "a \\\n", count: Self.count) + "b\n").utf8)
        var reader = INIReader(bytes)
        guard case .pair("k", let value)? = try reader.next()?.0 else {
            Issue.record("no pair")
            return
        }
        #expect(String(decoding: value, as: UTF8.self) == String(repeating: "a", count: Self.count) + "b")
    }

    @Test(arguments: [false, true])
    func `A line with many values is measured once`(isList: Bool) throws {
        let values = (0..<Self.count).map { isList ? "x" : "k\($0): x" }.joined(separator: ", ")
        let bytes = Array("a: \(isList ? "[" : "{")\(values)\(isList ? "]" : "}")\nb: y # c\n".utf8)
        let document = try #require(try YAML.read(bytes).first)
        var walk = YAMLWalk(document, bytes, firstSlot: 0)
        try walk.run()
        #expect(walk.items.count { $0.leafSlot != nil } == Self.count + 1)
        #expect(walk.lines.looks < 4 * bytes.count, "\(walk.lines.looks) of \(bytes.count) bytes were looked at")
    }

    @Test func `The values around comments are found in one pass`() {
        var items: [FileItem] = []
        var state: UInt64 = 7
        for slot in 0..<500 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            switch (state >> 60) % 4 {
            case 0: items.append(.leaf(slot: slot, path: ["k\(slot)"], .string([])))
            case 1: items.append(.enter)
            default: items.append(.comment(slot: slot, path: [], text: "c"))
            }
        }
        var neighbours = LeafNeighbours(items)
        for (index, item) in items.enumerated() {
            guard case .comment = item else { continue }
            let (before, behind) = neighbours.around(index)
            #expect(before == items[..<index].last { $0.leafPath != nil }?.leafPath)
            #expect(behind == items[index...].first { $0.leafPath != nil }?.leafPath)
        }
        #expect(neighbours.looks <= items.count)
    }

    @Test func `Equal values keep their texts in their order`() {
        var known = KnownLeaves()
        let leaf = KnownLeaf(place: [1], type: "str", plain: [2])
        for text in ["a", "b", "c"] { known.add(leaf, text) }
        #expect([known.take(leaf), known.take(leaf), known.take(leaf), known.take(leaf)] == ["a", "b", "c", nil])
    }
}
