// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import GitSource
import Model
import Testing

private let aTree = String(repeating: "a", count: 40)
private let person = "Ada Lovelace <ada@example.org> 1700000000 +0100"
private let head = "tree \(aTree)\nauthor \(person)\ncommitter \(person)\n"

@Suite struct ObjectParserTests {
    @Test func `A commit is read with its people, parents and message`() throws {
        let parent = String(repeating: "b", count: 40)
        let text =
            "tree \(aTree)\nparent \(parent)\nauthor \(person)\ncommitter \(person)\n\nFix it\n\nWhy\n"
        let commit = try Commit(parsing: Array(text.utf8))
        #expect(commit.tree.hex == aTree)
        #expect(commit.parents.map(\.hex) == [parent])
        #expect(commit.author.description == "Ada Lovelace <ada@example.org>")
        #expect(commit.committer.time == Time(nanoseconds: 1_700_000_000_000_000_000))
        #expect(commit.subject == "Fix it")
        #expect(commit.signature == .none)
    }

    @Test func `What a commit's signature signs is the commit without it`() throws {
        let block = "gpgsig -----BEGIN SSH SIGNATURE-----\n U1NI\n -----END SSH SIGNATURE-----\n"
        let commit = try Commit(parsing: Array((head + block + "\nSigned\n").utf8))
        guard case .embedded(let found) = commit.signature else {
            Issue.record("no signature: \(commit.signature)")
            return
        }
        #expect(found.scheme == .ssh)
        #expect(found.payload == Array((head + "\nSigned\n").utf8))
        #expect(found.signature == Array("-----BEGIN SSH SIGNATURE-----\nU1NI\n-----END SSH SIGNATURE-----\n".utf8))
    }

    @Test func `Two signatures in one commit are not readable as one`() throws {
        let block = "gpgsig -----BEGIN SSH SIGNATURE-----\n U1NI\n -----END SSH SIGNATURE-----\n"
        let commit = try Commit(parsing: Array((head + block + block + "\nSigned\n").utf8))
        #expect(commit.signature == .unreadable(reason: "it carries 2 signatures"))
    }

    @Test(arguments: [
        "", "\n", "tree \(aTree)\n", " continued\n\n", "tree \(aTree)",
        "tree 123\nauthor \(person)\ncommitter \(person)\n\n",
        "author \(person)\ntree \(aTree)\ncommitter \(person)\n\n", "\(head)tree \(aTree)\n\nTwo trees\n",
        "tree \(aTree)\nauthor Ada\ncommitter \(person)\n\n",
        "tree \(aTree)\nauthor A <a> x +0\ncommitter \(person)\n\n",
        "tree \(aTree)\nauthor \(person)\0\ncommitter \(person)\n\n", "\(head)novalue\n\n",
    ])
    func `A malformed commit is refused`(text: String) {
        #expect(throws: MalformedObject.self) { try Commit(parsing: Array(text.utf8)) }
    }

    @Test func `A tag is signed by what stands at its end`() throws {
        let head = "object \(aTree)\ntype commit\ntag v1\ntagger \(person)\n\nRelease\n"
        let armour = "-----BEGIN PGP SIGNATURE-----\n\nAAAA\n-----END PGP SIGNATURE-----\n"
        let tag = try Tag(parsing: Array((head + armour).utf8))
        #expect(tag.name == Array("v1".utf8))
        #expect(tag.kind == .commit)
        #expect(
            tag.signature
                == .embedded(
                    EmbeddedSignature(
                        scheme: .gpg, signature: Array(armour.utf8), payload: Array(head.utf8))))
        #expect(try Tag(parsing: Array(head.utf8)).signature == .none)
    }

    @Test func `A tree is read in the order of its names' bytes`() throws {
        // Git's own order: the folder "a" counts as "a/", which comes after "a.b".
        let entries = try TreeParser.parse(
            tree(("100644", "a.b"), ("40000", "a"), ("100755", "run")), hashLength: 20
        ).entries
        #expect(entries.map { printable($0.name) } == ["a", "a.b", "run"])
        #expect(entries.map(\.kind) == [.folder, .file(executable: false), .file(executable: true)])
    }

    @Test func `Both spellings of a folder's mode are read, and names that begin another`() throws {
        // As Git has them: "a-1/" and "a-1.b/" come before "a/".
        let names = ["a-1.b", "a-1", "a-10", "a-100", "a-11", "a", "b"]
        let entries = try TreeParser.parse(tree(names.map { ("040000", $0) }), hashLength: 20).entries
        #expect(entries.map { printable($0.name) } == ["a", "a-1", "a-1.b", "a-10", "a-100", "a-11", "b"])
        #expect(entries.allSatisfy { $0.kind == .folder })
    }

    @Test(arguments: [
        [("100644", "b"), ("100644", "a")], [("100644", "a"), ("100644", "a")], [("100644", "a"), ("40000", "a")],
        [("100644", "")], [("100644", ".")], [("40000", "..")], [("40000", ".git")], [("40000", ".GiT")],
        [("100644", "a/b")], [("100600", "a")], [("777777777", "a")], [("", "a")], [("0100644", "a")], [("40008", "a")],
        [("40000", "a"), ("100644", "a.b")], [("100644", "ab"), ("100644", "a")], [("40000", "a"), ("40000", "a")],
        [("100644", "a"), ("100644", "a.b"), ("40000", "a")],
    ])
    func `A malformed tree is refused`(entries: [(String, String)]) {
        #expect(throws: MalformedObject.self) { try TreeParser.parse(tree(entries), hashLength: 20) }
    }

    @Test func `A tree that ends inside an entry is refused`() {
        let whole = tree(("100644", "a"))
        for length in 1..<whole.count {
            #expect(throws: MalformedObject.self) { try TreeParser.parse(Array(whole.prefix(length)), hashLength: 20) }
        }
        #expect(throws: MalformedObject.self) { try TreeParser.parse(whole, hashLength: 32) }
    }

    private func tree(_ entries: (String, String)...) -> [UInt8] { tree(entries) }

    private func tree(_ entries: [(String, String)]) -> [UInt8] {
        entries.flatMap { mode, name in Array("\(mode) \(name)\0".utf8) + [UInt8](repeating: 7, count: 20) }
    }
}
