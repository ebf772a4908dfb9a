// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Age
import Foundation
import Manifest
import Secrets
import TestSupport
import Testing

/// Random files, there and back with the real `sops`. `TRIMTAB_SOPS` names it; `scripts/lab/sops` fetches it.
@Suite(.enabled(if: RealSops.program != nil, "TRIMTAB_SOPS names no sops"))
struct SopsInteropTests {
    static let now: Text = "2026-11-27T03:04:05Z"

    /// What of a file is encrypted.
    private static let rules: [(field: (Text, Text)?, onlyEncrypted: Bool)] = [
        (nil, false), (("encrypted_regex", "^(password|map|list)$"), false), (("unencrypted_regex", "name|a$"), true),
        (("encrypted_suffix", "d"), true), (("encrypted_comment_regex", "remark [0-4]"), false),
        (("unencrypted_comment_regex", "remark [0-4]"), true),
    ]

    private func run(
        _ arguments: [String], _ program: String, rule: Value = .null, keys: [Identity], input: [UInt8]
    ) async throws -> TestProcess.Result {
        let secret = try keys.map { try #require($0.secretText).withExposed { $0.string } }.joined(separator: "\n")
        return try await withScratchFolder { folder in
            let file = folder.appendingPathComponent("input")
            try Data(input).write(to: file)
            let rules = folder.appendingPathComponent("rules.yaml")
            try Data(YAML.write(["creation_rules": [rule]])).write(to: rules)
            // Hundreds of runs: tests beside them need the threads that they would block.
            return try await Blocking.run {
                try TestProcess.run(
                    program, ["--config", rules.path] + arguments + [file.path],
                    environment: ["SOPS_AGE_KEY": secret, "HOME": folder.path, "SOPS_DISABLE_VERSION_CHECK": "1"])
            }
        }
    }

    private func check(_ plain: [UInt8], _ format: SOPS.Format, rule: Int, label: String) async throws {
        let program = try #require(RealSops.program)
        let key = try Identity.generate()
        let ring = KeyRing(identities: [key])
        let (field, onlyEncrypted) = Self.rules[rule]
        let type = ["--input-type", format.rawValue, "--output-type", format.rawValue]

        // Ours, opened by sops.
        let metadata = SOPSMetadata(
            groups: [[MasterKey(.age(recipient: Text("\(key.recipient)")))]],
            rule: try EncryptionRule(in: field.map { .object(Object(uniquePairs: [($0.0, .string($0.1))])) } ?? [:]),
            macOnlyEncrypted: onlyEncrypted)
        let ours = try await SOPS.encrypt(plain, format, metadata, with: ring, now: Self.now)
        let opened = try await run(["decrypt"] + type, program, keys: [key], input: ours)
        #expect(opened.status == 0, "\(label): \(opened.text)")
        try compare(opened.output, plain, format, label)

        // And by ourselves.
        let own = try await SOPS.decrypt(ours, format, with: ring).bytes().withExposed { $0 }
        if format == .yaml {
            #expect(try YAML.read(own).map(\.value) == YAML.read(plain).map(\.value), "\(label)")
        } else {
            try compare(own, plain, format, label)
        }

        // That of sops, opened by us.
        var creation: Object = ["age": .string(Text("\(key.recipient)"))]
        if let (name, value) = field { creation[name] = .string(value) }
        if onlyEncrypted { creation["mac_only_encrypted"] = true }
        let theirs = try await run(["encrypt"] + type, program, rule: .object(creation), keys: [], input: plain)
        #expect(theirs.status == 0, "\(label): \(theirs.text)")
        let decrypted = try await SOPS.decrypt(theirs.output, format, with: ring).bytes().withExposed { $0 }
        try compare(decrypted, plain, format, label)
    }

    private func compare(_ a: [UInt8], _ b: [UInt8], _ format: SOPS.Format, _ label: String) throws {
        switch format {
        case .yaml, .json:
            #expect(try YAML.read(a).map(\.value) == YAML.read(b).map(\.value), "\(label)")
            #expect(Self.remarks(a) == Self.remarks(b), "\(label): \(String(decoding: a, as: UTF8.self))")
        case .ini: #expect(Self.pairs(a) == Self.pairs(b), "\(label): \(String(decoding: a, as: UTF8.self))")
        case .dotenv, .binary: #expect(a == b, "\(label)")
        }
    }

    /// The comments that ``RandomDocuments`` puts in.
    private static func remarks(_ bytes: [UInt8]) -> [String] {
        String(decoding: bytes, as: UTF8.self).split(separator: "\n").filter { $0.contains("# remark ") }
            .map { $0.trimmingCharacters(in: .whitespaces) }
    }

    private static func pairs(_ bytes: [UInt8]) -> [String] {
        String(decoding: bytes, as: UTF8.self).split(separator: "\n").filter {
            !$0.hasPrefix("#") && !$0.hasPrefix(";")
        }
        .map { line in
            line.split(separator: "=", maxSplits: 1).map {
                $0.trimmingCharacters(in: CharacterSet(charactersIn: " `\""))
            }.joined(separator: "=")
        }
    }

    @Test(arguments: 0..<90)
    func `YAML goes there and back`(seed: Int) async throws {
        var random = RandomDocuments(seed: seed)
        let plain = YAML.write(documents: seed % 10 == 9 ? [random.tree(), random.tree()] : [random.tree()])
        try await check(plain, .yaml, rule: seed % 4, label: String(decoding: plain, as: UTF8.self))
    }

    @Test(arguments: 500..<520)
    func `Comments go there and back`(seed: Int) async throws {
        var random = RandomDocuments(seed: seed)
        let plain = random.remarked(YAML.write(random.tree()))
        try await check(plain, .yaml, rule: [0, 4, 5, 1][seed % 4], label: String(decoding: plain, as: UTF8.self))
    }

    /// Two of three groups, in every choice.
    @Test(arguments: [[0, 1], [0, 2], [1, 2]])
    func `What is encrypted to groups of keys is opened by as many as are needed`(present: [Int]) async throws {
        let program = try #require(RealSops.program)
        let keys = try (0..<3).map { _ in try Identity.generate() }
        let plain = Array("a: one\nb: two\n".utf8)
        let groups = keys.map { Value.object(["age": [.string(Text("\($0.recipient)"))]]) }
        let rule: Value = ["key_groups": .array(groups), "shamir_threshold": 2]
        let type = ["--input-type", "yaml", "--output-type", "yaml"]
        let metadata = SOPSMetadata(
            groups: keys.map { [MasterKey(.age(recipient: Text("\($0.recipient)")))] }, threshold: 2, rule: .standard,
            macOnlyEncrypted: false)
        let ours = try await SOPS.encrypt(plain, .yaml, metadata, with: KeyRing(), now: Self.now)
        let theirs = try await run(["encrypt"] + type, program, rule: rule, keys: [], input: plain)
        #expect(theirs.status == 0, "\(theirs.text)")
        for held in [present, [present[0]]] {
            let identities = held.map { keys[$0] }
            let opened = try await run(["decrypt"] + type, program, rule: rule, keys: identities, input: ours)
            let own = try? await SOPS.decrypt(theirs.output, .yaml, with: KeyRing(identities: identities))
                .bytes().withExposed { $0 }
            if held.count == 2 {
                #expect(opened.status == 0 && opened.output == plain, "\(opened.text)")
                #expect(own == plain)
            } else {
                #expect(opened.status != 0 && own == nil, "one part is not enough")
            }
        }
    }

    /// A key that nobody here knows beside one that we have.
    @Test func `Who is one of two recipients opens the file, also beside a key of a kind that we do not know`()
        async throws
    {
        let program = try #require(RealSops.program)
        let (mine, other) = (try Identity.generate(), try Identity.generate())
        let plain = Array("a: one\n".utf8)
        let type = ["--input-type", "yaml", "--output-type", "yaml"]
        let recipients = Text("\(other.recipient),\(mine.recipient)")
        let theirs = try await run(
            ["encrypt"] + type, program, rule: ["age": .string(recipients)], keys: [], input: plain)
        #expect(theirs.status == 0, "\(theirs.text)")
        let ring = KeyRing(identities: [mine])
        #expect(try await SOPS.decrypt(theirs.output, .yaml, with: ring).bytes().withExposed { $0 } == plain)
        // An entry of a key service that is not supported.
        let cloud = String(decoding: theirs.output, as: UTF8.self).replacing(
            "\nsops:\n",
            with: """

                sops:
                    kms:
                        - arn: arn:aws:kms:eu-west-1:000000000000:key/none
                          created_at: "2026-01-02T03:04:05Z"
                          enc: AAAA
                          aws_profile: ""

                """)
        #expect(cloud.contains("kms:"))
        #expect(try await SOPS.decrypt(Array(cloud.utf8), .yaml, with: ring).bytes().withExposed { $0 } == plain)
        let error = await #expect(throws: SecretsError.self) {
            try await SOPS.decrypt(Array(cloud.utf8), .yaml, with: KeyRing(identities: [try Identity.generate()]))
        }
        #expect(error?.code == .noKey && error?.description.contains("kms") ?? false, "\(String(describing: error))")
    }

    @Test(arguments: 100..<150)
    func `JSON goes there and back`(seed: Int) async throws {
        var random = RandomDocuments(seed: seed)
        let plain = JSON.write(random.tree(hasNumbersAs: true), style: .pretty)
        try await check(plain, .json, rule: seed % 4, label: String(decoding: plain, as: UTF8.self))
    }

    @Test(arguments: 200..<220)
    func `Environment variables go there and back`(seed: Int) async throws {
        var random = RandomDocuments(seed: seed)
        let plain = random.dotenv()
        try await check(plain, .dotenv, rule: 0, label: String(decoding: plain, as: UTF8.self))
    }

    @Test(arguments: 300..<320)
    func `INI goes there and back`(seed: Int) async throws {
        var random = RandomDocuments(seed: seed)
        let plain = random.ini()
        try await check(plain, .ini, rule: 0, label: String(decoding: plain, as: UTF8.self))
    }

    @Test(arguments: 400..<420)
    func `Bytes go there and back`(seed: Int) async throws {
        var random = RandomDocuments(seed: seed)
        try await check(random.bytes(), .binary, rule: 0, label: "\(seed)")
    }
}

enum RealSops {
    static let program = ProcessInfo.processInfo.environment["TRIMTAB_SOPS"].flatMap { $0.isEmpty ? nil : $0 }
}
