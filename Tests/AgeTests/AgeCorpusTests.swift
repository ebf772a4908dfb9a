// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Age
import Crypto
import Foundation
import Manifest
import TestSupport
import Testing

/// The vectors that age's implementations share (C2SP/CCTV).
@Suite struct AgeCorpusTests {
    struct Vector: Sendable, CustomTestStringConvertible {
        var name: String
        var expect = ""
        var payload: String?
        var identities: [String] = []
        var passphrases: [String] = []
        var isCompressed = false
        var unknown: [String] = []
        var file: [UInt8] = []

        var testDescription: String { name }

        init(name: String, bytes: [UInt8]) {
            self.name = name
            var rest = bytes[...]
            while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                let line = String(decoding: rest[..<end], as: UTF8.self)
                rest = rest[(end + 1)...]
                if line.isEmpty { break }
                let parts = line.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
                switch parts[0] {
                case "expect": expect = parts[1]
                case "payload": payload = parts[1]
                case "identity": identities.append(parts[1])
                case "passphrase": passphrases.append(parts[1])
                case "compressed": isCompressed = true
                case "file key", "armored", "comment": break
                default: unknown.append(parts[0])
                }
            }
            file = Array(rest)
        }
    }

    static let folder = Corpora.folder("age")
    static let vectors: [Vector] = {
        guard let folder else { return [] }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.sorted().compactMap { name in
            (try? Data(contentsOf: folder.appendingPathComponent(name))).map { Vector(name: name, bytes: Array($0)) }
        }
    }()

    @Test(.enabled(if: folder != nil, "the corpora are not there"))
    func `All of them are there and understood`() {
        #expect(Self.vectors.count == 106)
        #expect(Self.vectors.flatMap(\.unknown) == [])
    }

    @Test(.enabled(if: folder != nil, "the corpora are not there"), arguments: vectors)
    func `Each ends as it says`(vector: Vector) throws {
        let identities =
            try vector.identities.map { try Identity(parsing: Text($0)) }
            + vector.passphrases.map { .passphrase(Passphrase(Secret(Text($0)))) }
        let file = vector.isCompressed ? try Self.inflate(vector.file) : vector.file
        var released = SHA256()
        var outcome = "success"
        do throws(AgeError) {
            try Age.decrypt(file, with: identities) { released.update(data: $0) }
        } catch {
            outcome = Self.word(error)
        }
        #expect(outcome == vector.expect)
        if let payload = vector.payload { #expect(Hex.encode(Array(released.finalize())) == payload) }
    }

    private static func word(_ error: AgeError) -> String {
        switch error {
        case .header: "header failure"
        case .headerMAC: "HMAC failure"
        case .payload: "payload failure"
        case .armor: "armor failure"
        case .noMatch: "no match"
        case .key, .unsupported: "\(error)"
        }
    }

    private static func inflate(_ bytes: [UInt8]) throws -> [UInt8] {
        let program = "binmode STDIN; binmode STDOUT; undef $/; print uncompress(<STDIN>)"
        let result = try TestProcess.run("/usr/bin/perl", ["-MCompress::Zlib", "-e", program], input: bytes)
        try #require(result.status == 0)
        return result.output
    }
}
