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
        (("encrypted_suffix", "d"), true),
    ]

    private func run(
        _ arguments: [String], rule: Value = .null, key: Identity, input: [UInt8]
    ) async throws -> TestProcess.Result {
        let program = try #require(RealSops.program)
        let secret = try #require(key.secretText).withExposed { $0.string }
        return try await withScratchFolder { folder in
            let file = folder.appendingPathComponent("input")
            try Data(input).write(to: file)
            let rules = folder.appendingPathComponent("rules.yaml")
            try Data(YAML.write(["creation_rules": [rule]])).write(to: rules)
            return try TestProcess.run(
                program, ["--config", rules.path] + arguments + [file.path],
                environment: ["SOPS_AGE_KEY": secret, "HOME": folder.path, "SOPS_DISABLE_VERSION_CHECK": "1"])
        }
    }

    private func check(_ plain: [UInt8], _ format: SOPS.Format, rule: Int, label: String) async throws {
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
        let opened = try await run(["decrypt"] + type, key: key, input: ours)
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
        let theirs = try await run(["encrypt"] + type, rule: .object(creation), key: key, input: plain)
        #expect(theirs.status == 0, "\(label): \(theirs.text)")
        let decrypted = try await SOPS.decrypt(theirs.output, format, with: ring).bytes().withExposed { $0 }
        try compare(decrypted, plain, format, label)
    }

    private func compare(_ a: [UInt8], _ b: [UInt8], _ format: SOPS.Format, _ label: String) throws {
        switch format {
        case .yaml, .json: #expect(try YAML.read(a).map(\.value) == YAML.read(b).map(\.value), "\(label)")
        case .ini: #expect(Self.pairs(a) == Self.pairs(b), "\(label): \(String(decoding: a, as: UTF8.self))")
        case .dotenv, .binary: #expect(a == b, "\(label)")
        }
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

    @Test(arguments: 0..<100)
    func `YAML goes there and back`(seed: Int) async throws {
        var random = RandomDocuments(seed: seed)
        let plain = YAML.write(documents: seed % 10 == 9 ? [random.tree(), random.tree()] : [random.tree()])
        try await check(plain, .yaml, rule: seed % 4, label: String(decoding: plain, as: UTF8.self))
    }

    @Test(arguments: 100..<160)
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
