// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Testing

@testable import Secrets

@Suite struct LeafTests {
    private static let zeros = String(repeating: "0", count: 323)
    static let numbers: [(Double, String)] = [
        (0.0, "0"), (1.0, "1"), (-0.5, "-0.5"), (3.14, "3.14"), (1e10, "10000000000"), (1e-7, "0.0000001"),
        (1e21, "1000000000000000000000"), (123_456_789.125, "123456789.125"),
        (9_007_199_254_740_992, "9007199254740992"),
        (1.797_693_134_862_315_7e308, "17976931348623157\(zeros.prefix(292))"),
        (Double.leastNonzeroMagnitude, "0.\(zeros)5"), (-0.0, "-0"),
        (100, "100"), (0.1, "0.1"), (1.5e300, "15\(zeros.prefix(299))"),
    ]

    @Test(arguments: numbers)
    func `Numbers are written as Go writes them`(value: Double, text: String) {
        #expect(PlainFloat.format(value) == text)
    }

    @Test(
        arguments: [
            ("2026-01-02", "2026-01-02T00:00:00Z"), ("2026-1-2", "2026-01-02T00:00:00Z"),
            ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z"), ("2026-01-02 03:04:05", "2026-01-02T03:04:05Z"),
            ("2026-01-02t3:4:5.120+02:00", "2026-01-02T03:04:05.12+02:00"),
            ("2026-01-02T03:04:05.000Z", "2026-01-02T03:04:05Z"),
            ("2026-13-02", nil), ("2026-02-29", nil), ("2024-02-29", "2024-02-29T00:00:00Z"),
            ("2026-01-02 03:04:05Z", nil),
            ("2026-01", nil), ("12:30", nil), ("2026-01-02T03:04:05", nil), ("20260102", nil),
        ] as [(String, String?)])
    func `Plain scalars that SOPS takes for moments are known`(text: String, time: String?) {
        #expect(YAMLTime.read(Text(text))?.string == time)
    }

    @Test func `A value is bound to its place and its key`() throws {
        let key = DataKey.random()
        let cipher = try LeafCipher(key)
        let place = LeafCipher.place(["a", "b"])
        let text = try cipher.encrypt(Array("x".utf8), type: "str", place: place)
        let leaf = try #require(EncryptedLeaf(text))
        #expect(cipher.open(leaf, place: place) == Array("x".utf8))
        #expect(cipher.open(leaf, place: LeafCipher.place(["a", "c"])) == nil)
        #expect(try LeafCipher(DataKey.random()).open(leaf, place: place) == nil)
        #expect(leaf.text == text)
    }

    @Test(arguments: [
        "", "ENC[AES256_GCM,]", "ENC[AES256_GCM,data:,iv:,tag:]", "ENC[AES256_GCM,data:a,iv:AAAA,tag:AAAA,type:str]",
        "ENC[AES256_GCM,iv:AAAA,data:AAAA,tag:AAAA,type:str]", "ENC[AES256_GCM,data:AAAA,iv:AAAA,tag:AAAA,type:str",
    ])
    func `What is no encrypted value is told`(text: String) {
        #expect(EncryptedLeaf(text) == nil)
    }

    @Test(arguments: [(2, 2), (3, 2), (5, 3), (255, 4), (1, 1)])
    func `Enough parts give the secret, in any choice`(parts: Int, threshold: Int) throws {
        let secret = DataKey.random()
        let shares = Shamir.split(secret, parts: parts, threshold: threshold)
        #expect(shares.count == parts)
        for _ in 0..<10 {
            #expect(try Shamir.combine(Array(shares.shuffled().prefix(threshold))) == secret)
        }
        if threshold > 1 {
            #expect(try Shamir.combine(Array(shares.prefix(threshold - 1))) != secret)
        }
    }

    @Test func `Parts that do not belong together are refused`() {
        #expect(throws: SecretsError.self) { try Shamir.combine([]) }
        #expect(throws: SecretsError.self) { try Shamir.combine([Secret([1, 2]), Secret([1, 2])]) }
        #expect(throws: SecretsError.self) { try Shamir.combine([Secret([1, 2]), Secret([1, 2, 3])]) }
        #expect(throws: SecretsError.self) { try Shamir.combine([Secret([1, 0])]) }
    }
}
