// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import GitSource
import Manifest
import Model
import SystemPackage
import TestSupport
import Testing

/// Commits and tags that other tools signed, with the keys that made them.
@Suite struct SignatureCorpusTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var file: String
        var scheme: EmbeddedSignature.Scheme
        var isTag: Bool
        var isSigned: Bool
        var key: String?
        var isValid: Bool

        var testDescription: String { file }
    }

    static let folder = Corpora.folder("git-signature")
    static let cases: [Case] = {
        guard let folder, let bytes = FileManager.default.contents(atPath: folder.path + "/cases.json"),
            let list = try? JSON.read(Array(bytes)).arrayValue
        else { return [] }
        return list.compactMap { value in
            guard let file = value["file"]?.stringValue, let scheme = value["scheme"]?.stringValue else { return nil }
            return Case(
                file: file.string, scheme: scheme == "ssh" ? .ssh : .gpg, isTag: value["object"]?.stringValue == "tag",
                isSigned: value["signed"]?.boolValue ?? true, key: value["key"]?.stringValue?.string,
                isValid: value["valid_with_key"]?.boolValue ?? false)
        }
    }()

    @Test(.enabled(if: folder != nil, "the corpora are not there"), arguments: cases)
    func `Each is judged as the tools that checked it did`(signed: Case) async throws {
        let folder = try #require(Self.folder)
        let bytes = Array(try Data(contentsOf: folder.appendingPathComponent(signed.file)))
        let block = signed.isTag ? try Tag(parsing: bytes).signature : try Commit(parsing: bytes).signature
        guard signed.isSigned else {
            #expect(block == .none)
            return
        }
        guard case .embedded(let signature) = block else { Issue.record("\(block)"); return }
        #expect(signature.scheme == signed.scheme)
        try await withScratchFolder { scratch in
            let verifier = try SignatureVerifier(folder: FilePath(scratch.path + "/keys"))
            if signed.isValid, let key = signed.key {
                let keys = try keys(key, signed.scheme)
                try await verifier.verify(block, of: "it", with: keys)
                var changed = signature
                changed.payload.append(0x0A)
                await #expect(throws: SourceFailure.self) {
                    try await verifier.verify(.embedded(changed), of: "it", with: keys)
                }
            }
            let foreign = Set(Self.cases.filter { $0.scheme == signed.scheme }.compactMap(\.key)).subtracting([
                signed.key ?? ""
            ])
            for key in foreign.sorted() where !key.contains("keys_all") {
                let keys = try keys(key, signed.scheme)
                await #expect(throws: SourceFailure.self, "\(key)") {
                    try await verifier.verify(block, of: "it", with: keys)
                }
            }
        }
    }

    private func keys(_ file: String, _ scheme: EmbeddedSignature.Scheme) throws -> SigningKeys {
        let bytes = Array(try Data(contentsOf: try #require(Self.folder).appendingPathComponent(file)))
        guard scheme == .ssh else { return SigningKeys(.gpg, bytes) }
        let lines = bytes.split(separator: 0x0A).map { Array("signer namespaces=\"git\" ".utf8) + $0 }
        return SigningKeys(.ssh, Array(lines.joined(separator: [0x0A])) + [0x0A])
    }
}
