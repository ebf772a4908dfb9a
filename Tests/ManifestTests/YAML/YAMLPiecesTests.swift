// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Testing

@Suite struct YAMLPiecesTests {
    private func values(_ text: String, least: Int = 0) async throws -> [Value] {
        try await YAML.readInPieces(Array(text.utf8), least: least).map(\.value)
    }

    private func inOne(_ text: String) throws -> [Value] {
        try YAML.read(Array(text.utf8), tracking: .nothing).map(\.value)
    }

    @Test(arguments: [
        "", "---", "a: 1", "a: 1\n---\nb: 2\n", "---\na: 1\n---\nb: 2\n---\n",
        "# only words\n---\na: 1\n...\n---\nb: 2\n",
        "--- {a: 1}\n--- [b]\n---\tc\n", "a: |\n  --- no marker\n  ---\n---\nb: 2\n", "a: '---'\n---x: 1\n",
        "a: 1\r\n---\r\nb: 2\r\n", "%YAML 1.1\n---\na: 1\n...\n%YAML 1.1\n---\nb: 2\n", "\u{FEFF}a: 1\n---\nb: 2\n",
        "a: ä\n---\nb: \u{2028}\n", "text\n---\n", "null\n---\n~\n",
    ])
    func `A stream reads the same in pieces`(text: String) async throws {
        #expect(try await values(text) == inOne(text))
    }

    @Test func `A long stream is cut, and keeps its order`() async throws {
        let text = (0..<500).map { "name: object-\($0)\n" }.joined(separator: "---\n")
        let read = try await values(text, least: 100)
        #expect(read.map { $0["name"]?.stringValue } == (0..<500).map { Text("object-\($0)") })
    }

    @Test(arguments: [
        "a: 1\n---\nb: *nothing\n", "a: &x 1\n---\nb: *x\n", "a: 1\n---\nb: 'no end\n---\nc: 1\n",
        "a: {b: 1,\n---\nc: 1\n", "a: 1\n---\nb: 1\nb: 2\n", "a: 1\n---\n\tb: 1\n",
    ])
    func `What is wrong in a piece is told as of the whole`(text: String) async throws {
        let expected = try #require(throws: ReadingError.self) { try inOne(text) }
        let error = try await #require(throws: ReadingError.self) { try await values(text) }
        #expect(error == expected)
    }

    @Test func `A budget holds for all pieces together`() async throws {
        let text = Array((0..<10).map { "- \($0)\n" }.joined(separator: "---\n").utf8)
        var budget = Budget.manifest
        budget.documents = 9
        await #expect(throws: ReadingError.self) { try await YAML.readInPieces(text, budget: budget, least: 0) }
        budget = .manifest
        budget.nodes = 19
        await #expect(throws: ReadingError.self) { try await YAML.readInPieces(text, budget: budget, least: 0) }
        budget.nodes = 20
        #expect(try await YAML.readInPieces(text, budget: budget, least: 0).count == 10)
    }

    @Test(arguments: [
        ("a: 1\n---\nb: 2\n", "a: 1\n"), ("---\na: 1\n---\nb: 2\n", "---\na: 1\n"), ("a: 1\n", "a: 1\n"), ("", ""),
        ("# words\n---\na: 1\n", "# words\n"),
        ("%YAML 1.1\n---\na: 1\n---\nb: 1\n", "%YAML 1.1\n---\na: 1\n---\nb: 1\n"),
    ])
    func `The leading piece ends where the second document begins`(text: String, piece: String) {
        #expect(String(decoding: YAML.leadingPiece(of: Array(text.utf8)), as: UTF8.self) == piece)
    }
}
