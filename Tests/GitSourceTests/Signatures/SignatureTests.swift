// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import GitSource
import Manifest
import Model
import SystemPackage
import TestSupport
import Testing

@Suite struct SignatureTests {
    private func with(
        _ body: (Bench, Signer, SourceRules) async throws -> Void
    ) async throws {
        try await Bench.with { bench in
            let signer = try Signer("ada", in: bench.scratch)
            try await body(bench, signer, SourceRules(name: "shop", keys: signer.keys))
        }
    }

    @Test func `A signed commit is accepted, and verified once`() async throws {
        try await with { bench, signer, rules in
            try bench.origin.git(signer.sign("commit", "-q", "--allow-empty", "-S", "-m", "signed"))
            let commit = try bench.origin.head()
            let source = try await bench.source(rules: rules)
            for _ in 0..<3 { #expect(await source.freshLook(bench).accepted == commit) }
            #expect(await source.verifications == 1)
            source.database.close()
            let again = try await bench.source(rules: rules)
            defer { again.database.close() }
            #expect(await again.look(at: .branch("main")).accepted == commit)
            #expect(await again.verifications == 0)
        }
    }

    @Test func `An unsigned commit is refused by name, and the last good one stays`() async throws {
        try await with { bench, signer, rules in
            try bench.origin.git(signer.sign("commit", "-q", "--allow-empty", "-S", "-m", "signed"))
            let good = try bench.origin.head()
            let source = try await bench.source(rules: rules)
            defer { source.database.close() }
            #expect(await source.look(at: .branch("main")).accepted == good)
            let unsigned = try bench.origin.commit("unsigned")
            for _ in 0..<2 {
                let look = await source.freshLook(bench)
                #expect(look.accepted == good)
                #expect(look.failure == .unsigned("the commit \(unsigned.short)"))
            }
            #expect(await source.verifications == 2)
            try bench.origin.git(signer.sign("commit", "-q", "--allow-empty", "-S", "-m", "signed again"))
            #expect(await source.freshLook(bench).accepted == (try bench.origin.head()))
        }
    }

    @Test func `A signature by another key, or over another commit, is refused`() async throws {
        try await with { bench, signer, rules in
            let stranger = try Signer("eve", in: bench.scratch)
            try bench.origin.git(stranger.sign("commit", "-q", "--allow-empty", "-S", "-m", "by a stranger"))
            let source = try await bench.source(rules: rules)
            defer { source.database.close() }
            let look = await source.look(at: .branch("main"))
            guard case .untrusted(_, let reason) = look.failure else { Issue.record("\(look.complaint)"); return }
            #expect(reason == "its key is not among the allowed signers")
            try bench.origin.git(signer.sign("commit", "-q", "--allow-empty", "-S", "-m", "good words"))
            let forged = try bench.origin.git("cat-file", "commit", "HEAD").replacing("good words", with: "evil words")
            let id = try bench.origin.git(
                ["hash-object", "-t", "commit", "-w", "--stdin"], input: Array((forged + "\n").utf8))
            try bench.origin.git("update-ref", "refs/heads/main", id)
            let second = await source.freshLook(bench)
            guard case .untrusted = second.failure else { Issue.record("\(second.complaint)"); return }
            #expect(second.accepted == nil)
        }
    }

    @Test func `A key that is taken away is asked about again, and what runs stays`() async throws {
        try await with { bench, signer, rules in
            try bench.origin.git(signer.sign("commit", "-q", "--allow-empty", "-S", "-m", "signed"))
            let good = try bench.origin.head()
            let source = try await bench.source(rules: rules)
            #expect(await source.look(at: .branch("main")).accepted == good)
            source.database.close()
            let other = try Signer("grace", in: bench.scratch)
            let later = try await bench.source(rules: SourceRules(name: "shop", keys: other.keys))
            defer { later.database.close() }
            let look = await later.look(at: .branch("main"))
            #expect(look.accepted == good)
            guard case .untrusted = look.failure else { Issue.record("\(look.complaint)"); return }
        }
    }

    @Test func `A signed tag vouches for its commit, under its own name only`() async throws {
        try await with { bench, signer, rules in
            let commit = try bench.origin.commit("unsigned")
            try bench.origin.git(signer.sign("tag", "-s", "-m", "release", "v1"))
            try bench.origin.git("update-ref", "refs/tags/v2", "refs/tags/v1")
            try bench.origin.git("tag", "light")
            try bench.origin.git("tag", "-a", "-m", "nobody signed", "plain")
            let source = try await bench.source(rules: rules)
            defer { source.database.close() }
            #expect(await source.look(at: .tag("v1")).accepted == commit)
            let renamed = await source.look(at: .tag("v2"))
            #expect(
                renamed.failure == .untrusted("the tag v2", reason: "it was made for the tag v1"))
            for name: Text in ["light", "plain"] {
                #expect(await source.look(at: .tag(name)).failure == .unsigned("the commit \(commit.short)"))
            }
            await #expect(throws: SourceFailure.self) { try await source.preview(.branch("main")) }
        }
    }

    @Test func `A good key of GPG is good, and one that has expired is not`() async throws {
        try await Bench.with { bench in
            let payload = Array("what is signed\n".utf8)
            let verifier = try SignatureVerifier(folder: FilePath(bench.state.path + "/keys"))
            let good = try GPGSigner(in: bench.scratch.appendingPathComponent("good"))
            defer { good.stop() }
            let keys = SigningKeys(.gpg, good.publicKey)
            let signature = try good.sign(payload)
            #expect(
                try await verifier.verify(.embedded(signature), of: "it", with: keys) == "Ada <ada@example.org>")
            let past = "20200101T000000!"
            let old = try GPGSigner(in: bench.scratch.appendingPathComponent("old"), time: past, expires: "1d")
            defer { old.stop() }
            let expired = try old.sign(payload, time: past)
            await #expect(throws: SourceFailure.untrusted("it", reason: "its key has expired")) {
                try await verifier.verify(.embedded(expired), of: "it", with: SigningKeys(.gpg, old.publicKey))
            }
            await #expect(throws: SourceFailure.untrusted("it", reason: "its key is not among the trusted ones")) {
                try await verifier.verify(.embedded(expired), of: "it", with: keys)
            }
            let ssh = try Signer("ada", in: bench.scratch)
            await #expect(throws: SourceFailure.untrusted("it", reason: "it is of GPG, and the source trusts SSH keys"))
            {
                try await verifier.verify(.embedded(signature), of: "it", with: ssh.keys)
            }
        }
    }
}
