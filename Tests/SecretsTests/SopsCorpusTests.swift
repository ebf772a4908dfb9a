// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Age
import Foundation
import Manifest
import Secrets
import TestSupport
import Testing

/// Files that other versions of SOPS wrote, and what SOPS 3.11 says of them.
@Suite struct SopsCorpusTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var file: URL
        var format: SOPS.Format
        var keys: [URL]
        /// `nil` when decrypting must fail.
        var expected: URL?
        /// The same as JSON, which shows types.
        var expectedJSON: URL?
        var isEncrypted = true

        var testDescription: String { name }
    }

    static let upstream = Corpora.folder("sops")
    static let generated = Corpora.folder("sops-generated")

    static let upstreamCases: [Case] = {
        guard let upstream else { return [] }
        return list(upstream.appendingPathComponent("cases.json")).compactMap { value in
            guard let file = value["file"]?.stringValue?.string else { return nil }
            let fails = value["decrypts_only_with_ignore_mac"]?.boolValue ?? false
            return Case(
                name: file, file: upstream.appendingPathComponent("\(file)"),
                format: format(value), keys: texts(value["keys"]).map { upstream.appendingPathComponent($0) },
                expected: fails
                    ? nil : value["expected"]?.stringValue.map { upstream.appendingPathComponent($0.string) },
                isEncrypted: value["encrypted"]?.boolValue ?? true)
        }
    }()

    static let generatedCases: [Case] = {
        guard let generated else { return [] }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: generated.path)) ?? []
        return names.sorted().compactMap { name in
            let folder = generated.appendingPathComponent(name)
            guard let bytes = try? Data(contentsOf: folder.appendingPathComponent("case.json")),
                let value = try? JSON.read(Array(bytes)), let file = value["encrypted"]?.stringValue
            else { return nil }
            return Case(
                name: name, file: folder.appendingPathComponent(file.string), format: format(value),
                keys: texts(value["identities"]).map { generated.appendingPathComponent($0) },
                expected: value["expected"]?.stringValue.map { folder.appendingPathComponent($0.string) },
                expectedJSON: value["expected_as_json"]?.stringValue.map { folder.appendingPathComponent($0.string) })
        }
    }()

    @Test(.enabled(if: generated != nil, "the corpora are not there"))
    func `All of them are there`() {
        #expect(Self.upstreamCases.count == 36)
        #expect(Self.upstreamCases.filter(\.isEncrypted).count == 21)
        #expect(Self.generatedCases.count == 61)
        #expect(Self.generatedCases.filter { $0.expected == nil }.count == 14)
    }

    @Test(.enabled(if: upstream != nil, "the corpora are not there"), arguments: upstreamCases)
    func `Each key opens a file of SOPS by itself`(file: Case) async throws {
        let bytes = Array(try Data(contentsOf: file.file))
        #expect(SOPS.isEncrypted(bytes, file.format) == file.isEncrypted)
        for key in file.keys {
            try await Self.withRing([key]) { ring in try await Self.check(file, bytes, ring) }
        }
    }

    @Test(.enabled(if: generated != nil, "the corpora are not there"), arguments: generatedCases)
    func `Each file is decrypted as SOPS decrypts it, or refused as it refuses it`(file: Case) async throws {
        let bytes = Array(try Data(contentsOf: file.file))
        try await Self.withRing(file.keys) { ring in try await Self.check(file, bytes, ring) }
    }

    // MARK: Comparing

    private static func check(_ file: Case, _ bytes: [UInt8], _ ring: KeyRing) async throws {
        guard let expected = file.expected else {
            await #expect(throws: SecretsError.self) { try await SOPS.decrypt(bytes, file.format, with: ring) }
            return
        }
        let decrypted = try await SOPS.decrypt(bytes, file.format, with: ring)
        let plain = try decrypted.bytes().withExposed { $0 }
        let wanted = Array(try Data(contentsOf: expected))
        switch file.format {
        case .binary, .dotenv: #expect(plain == wanted, "\(String(decoding: plain, as: UTF8.self))")
        case .ini: #expect(pairs(plain) == pairs(wanted), "\(String(decoding: plain, as: UTF8.self))")
        case .yaml, .json:
            let values = try decrypted.plainValues().withExposed { $0 }
            let documents = try YAML.read(wanted).map(\.value)
            #expect(values == documents)
            // The text says the same as the values.
            #expect(try YAML.read(plain).map(\.value) == documents, "\(String(decoding: plain, as: UTF8.self))")
            if let json = file.expectedJSON { #expect(values[0] == (try JSON.read(Array(try Data(contentsOf: json))))) }
        }
    }

    /// Sections and pairs of a plain INI file, without its spaces.
    private static func pairs(_ bytes: [UInt8]) -> [String] {
        String(decoding: bytes, as: UTF8.self).split(separator: "\n").map { line in
            line.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
                .joined(separator: "=")
        }.filter { !$0.isEmpty }
    }

    private static func withRing(_ keys: [URL], _ body: (KeyRing) async throws -> Void) async throws {
        var identities: [Identity] = []
        var pgp: [URL] = []
        for key in keys {
            if key.pathExtension == "asc" {
                pgp.append(key)
            } else {
                identities += try KeyFile.identities(Array(try Data(contentsOf: key)))
            }
        }
        guard !pgp.isEmpty else { return try await body(KeyRing(identities: identities)) }
        try await withGnuPG(keys: pgp) { environment in
            try await body(KeyRing(identities: identities, openPGP: OpenPGP(environment: environment)))
        }
    }

    private static func list(_ file: URL) -> [Value] {
        guard let bytes = try? Data(contentsOf: file) else { return [] }
        return (try? JSON.read(Array(bytes)).arrayValue) ?? []
    }

    private static func format(_ value: Value) -> SOPS.Format {
        value["format"]?.stringValue.flatMap { SOPS.Format(rawValue: $0.string) } ?? .binary
    }

    private static func texts(_ value: Value?) -> [String] {
        value?.arrayValue?.compactMap { $0.stringValue?.string } ?? []
    }
}
