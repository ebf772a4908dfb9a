// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Crypto
import Identity
import Manifest
import Model
import TestSupport
import Testing

/// What counts as a token, and the tricks that others fell for. Each trick changes one thing of a token that counts.
@Suite struct TokenCheckTests {
    private static let now = Time(nanoseconds: 1_800_000_000 * 1_000_000_000)
    private static let issuer = MemoryProvider("https://id.example.org") { now }
    private static let keys = published([.rsa, .p256, .ed25519])
    private static let check = TokenCheck(
        issuer: "https://id.example.org", audiences: ["trimtab"], party: "trimtab", nonce: "n-1")

    private static func published(_ keys: [TestKey]) -> KeySet {
        KeySet(JSON.write(["keys": .array(keys.map(\.published))])) ?? KeySet(keys: [])
    }

    private static func claims(_ more: Object = [:], without name: Text? = nil) -> Value {
        guard let object = issuer.claims(for: "trimtab", ["nonce": "n-1"]).objectValue else { return .null }
        var changed = Object(uniquePairs: object.pairs.filter { $0.key != name })
        for (name, value) in more.pairs { changed[name] = value }
        return .object(changed)
    }

    private static func fault(
        _ text: Text, _ keys: KeySet = keys, _ check: TokenCheck = check, now: Time = now
    ) -> TokenFault? {
        do throws(TokenFault) {
            _ = try check.claims(of: SignedToken(parsing: text), by: keys, now: now)
            return nil
        } catch { return error }
    }

    @Test(arguments: [TestKey.rsa, .p256, .ed25519]) func `a token in order counts`(key: TestKey) throws {
        let token = try SignedToken(parsing: key.token(Self.claims()))
        let claims = try Self.check.claims(of: token, by: Self.keys, now: Self.now)
        #expect(claims.text("sub") == "ada")
    }

    @Test(arguments: [TestKey.rsa, .p256, .ed25519])
    func `no byte of a token can be another one`(key: TestKey) throws {
        let letters = Array(key.token(Self.claims()).utf8)
        for index in letters.indices {
            var changed = letters
            changed[index] = letters[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            #expect(Self.fault(Text(String(decoding: changed, as: UTF8.self))) != nil, "byte \(index)")
        }
        for count in letters.indices {
            #expect(Self.fault(Text(String(decoding: letters.prefix(count), as: UTF8.self))) != nil, "\(count) bytes")
        }
    }

    /// What a trick sends, and why it must not count.
    struct Trick: Sendable, CustomTestStringConvertible {
        var name: String
        var fault: TokenFault
        var token: @Sendable (TestKey) -> Text

        var testDescription: String { name }

        static func claim(_ name: Text, _ value: Value?, _ fault: TokenFault) -> Trick {
            let shown = value.map { String(decoding: JSON.write($0), as: UTF8.self).prefix(40) } ?? "left out"
            return Trick(name: "\(name): \(shown)", fault: fault) { key in
                guard let value else { return key.token(TokenCheckTests.claims(without: name)) }
                return key.token(TokenCheckTests.claims([name: value]))
            }
        }
    }

    /// Signs with what everybody knows, as a shared secret.
    private static func confused(_ name: String, _ key: TestKey, _ secret: [UInt8]) -> Text {
        let header = "{\"alg\":\"\(name)\",\"kid\":\"\(key.id)\"}"
        let signed: Text = "\(Base64URL.encode(Array(header.utf8))).\(Base64URL.encode(JSON.write(claims())))"
        let code = HMAC<SHA256>.authenticationCode(for: Array(signed.utf8), using: SymmetricKey(data: secret))
        return "\(signed).\(Base64URL.encode(Array(code)))"
    }

    private static func unsigned(_ name: String, _ key: TestKey) -> Text {
        let header = "{\"alg\":\"\(name)\",\"kid\":\"\(key.id)\"}"
        return "\(Base64URL.encode(Array(header.utf8))).\(Base64URL.encode(JSON.write(claims())))."
    }

    private static let seconds: Int64 = 1_800_000_000

    private static let algorithms = [
        "none", "None", "NONE", "nOnE", "", "HS256", "HS512", "RS384", "PS256", "ES512", "ES256K", "rs256", "RS256 ",
    ]

    private static let ofAlgorithms: [Trick] = algorithms.flatMap { name -> [Trick] in
        [
            Trick(name: "alg \(name), unsigned", fault: .algorithm) { unsigned(name, $0) },
            Trick(name: "alg \(name), signed with the public key", fault: .algorithm) {
                confused(name, $0, $0.publicText)
            },
            Trick(name: "alg \(name), signed as it should be", fault: .algorithm) { key in
                let header = "{\"alg\":\"\(name)\",\"kid\":\"\(key.id)\"}"
                return key.token(header: Array(header.utf8), JSON.write(claims()))
            },
        ]
    }

    /// ALG and KID stand for those of the key.
    private static let headers: [(String, TokenFault, String)] = [
        ("no algorithm", .algorithm, #"{"kid":"KID"}"#),
        ("an algorithm that is a list", .algorithm, #"{"alg":["ALG"],"kid":"KID"}"#),
        ("two algorithms", .malformed, #"{"alg":"none","alg":"ALG","kid":"KID"}"#),
        ("two keys", .malformed, #"{"alg":"ALG","kid":"x","kid":"KID"}"#),
        ("no key, where there are several", .noKeyNamed, #"{"alg":"ALG"}"#),
        ("a key that is a file", .unknownKey, #"{"alg":"ALG","kid":"../../../../dev/null"}"#),
        ("a key that is a question to a database", .unknownKey, #"{"alg":"ALG","kid":"x' UNION SELECT 'key"}"#),
        ("a key that is a number", .malformed, #"{"alg":"ALG","kid":1}"#),
        ("keys at an address", .unknownKey, #"{"alg":"ALG","kid":"own","jku":"https://evil.example/keys"}"#),
        ("an extension that must be understood", .critical, #"{"alg":"ALG","kid":"KID","crit":["exp"],"exp":1}"#),
        ("a payload that is not encoded", .critical, #"{"alg":"ALG","kid":"KID","b64":false}"#),
        ("an access token", .kind, #"{"alg":"ALG","kid":"KID","typ":"at+jwt"}"#),
        ("a token in a token", .kind, #"{"alg":"ALG","kid":"KID","cty":"JWT"}"#),
        ("a header that is a list", .malformed, "[]"),
        ("a header with something behind it", .malformed, #"{"alg":"ALG","kid":"KID"} {}"#),
    ]

    private static let ofHeaders: [Trick] = headers.map { name, fault, template in
        Trick(name: name, fault: fault) { key in
            let header = template.replacing("ALG", with: key.algorithm.rawValue).replacing("KID", with: key.id.string)
            return key.token(header: Array(header.utf8), JSON.write(claims()))
        }
    }

    private static let ofKeys: [Trick] = [
        Trick(name: "the algorithm of the key, without a signature", fault: .signature) {
            unsigned($0.algorithm.rawValue, $0)
        },
        Trick(name: "the algorithm of the key, over its public half", fault: .signature) {
            confused($0.algorithm.rawValue, $0, $0.publicText)
        },
        Trick(name: "the algorithm of another key", fault: .keyOfOtherKind) { key in
            let other = SignatureAlgorithm.allCases.first { $0 != key.algorithm } ?? .rs256
            let header = "{\"alg\":\"\(other.rawValue)\",\"kid\":\"\(key.id)\"}"
            return key.token(header: Array(header.utf8), JSON.write(claims()))
        },
        Trick(name: "a key of the token's own", fault: .unknownKey) { key in
            let own = String(decoding: JSON.write(key.renamed("own").published), as: UTF8.self)
            let header = "{\"alg\":\"\(key.algorithm.rawValue)\",\"kid\":\"own\",\"jwk\":\(own)}"
            return key.token(header: Array(header.utf8), JSON.write(claims()))
        },
    ]

    private static func number(_ value: Int64) -> Value { .number(.signed(value)) }

    private static let issuers: [Value] = [
        "https://id.example.org/", "https://ID.example.org", "http://id.example.org", "https://id.example.org:443",
        "https://id.example.org.evil.example", "https://id.example.org?", "https://id.example.org#",
        " https://id.example.org", ["https://id.example.org"],
    ]
    private static let audiences: [Value] = ["other", "Trimtab", "trimtab ", "", ["other"], ["other", "trimta"]]
    private static let noAudiences: [Value] = [[], 7, ["trimtab", 7], [["trimtab"]], ["trimtab": true], true, .null]
    private static let noNonces: [Value] = ["n-2", "", ["n-1"], .null]
    private static let noParties: [Value] = ["other", "", ["trimtab"], .null]
    private static let noSubjects: [Value] = ["", 7, .null, .string(Text(String(repeating: "a", count: 257)))]
    private static let noTimes: [Value] = [
        number(-1), "1900000000", true, .number(.decimal("1e300")), .null, ["1900000000"],
    ]
    private static let required: [(Text, TokenFault)] = [
        ("iss", .issuer), ("aud", .incomplete), ("exp", .incomplete), ("iat", .incomplete), ("sub", .incomplete),
        ("nonce", .nonce),
    ]
    private static let times: [(Text, Int64, TokenFault)] = [
        ("exp", seconds - 60, .expired), ("exp", 0, .expired), ("exp", seconds + 90_000, .tooLasting),
        ("iat", seconds + 61, .early), ("iat", seconds - 90_000, .tooLasting), ("nbf", seconds + 61, .early),
    ]

    private static func tricks(_ name: Text, _ values: [Value], _ fault: TokenFault) -> [Trick] {
        values.map { Trick.claim(name, $0, fault) }
    }

    private static let ofClaims: [Trick] = [
        tricks("iss", issuers, .issuer), tricks("aud", audiences, .audience), tricks("aud", noAudiences, .incomplete),
        tricks("aud", [["other", "trimtab"]], .party), tricks("azp", noParties, .party),
        tricks("nonce", noNonces, .nonce), tricks("sub", noSubjects, .incomplete),
        tricks("exp", noTimes, .malformed), tricks("iat", noTimes, .malformed), tricks("nbf", noTimes, .malformed),
        required.map { Trick.claim($0, nil, $1) }, times.map { Trick.claim($0, number($1), $2) },
        tricks("padding", [.string(Text(String(repeating: "a", count: 16 << 10)))], .tooLong),
        tricks("deep", [(0..<20).reduce(Value.null) { value, _ in [value] }], .malformed),
    ].flatMap(\.self)

    private static func header(of key: TestKey) -> [UInt8] {
        Array("{\"alg\":\"\(key.algorithm.rawValue)\",\"kid\":\"\(key.id)\"}".utf8)
    }

    private static let payloads = [
        "[]", "null", "\"\"", "", "{", "{}{}", #"{"iss":"https://evil.example","iss":"https://id.example.org"}"#,
        "\u{FEFF}{}",
    ]

    private static let ofPayloads: [Trick] = payloads.map { text in
        Trick(name: "the payload \(text)", fault: .malformed) { $0.token(header: header(of: $0), Array(text.utf8)) }
    }

    private static let ofOdd: [Trick] = [
        Trick(name: "a claim that comes twice", fault: .malformed) { key in
            let text = String(decoding: JSON.write(claims()), as: UTF8.self)
            return key.token(header: header(of: key), Array((text.dropLast() + ",\"sub\":\"root\"}").utf8))
        },
        Trick(name: "bytes that are no UTF-8", fault: .malformed) { key in
            key.token(header: header(of: key), Array("{\"sub\":\"".utf8) + [0xC0, 0xAF] + Array("\"}".utf8))
        },
    ]

    private static let ofShapes: [Trick] = [
        Trick(name: "four parts", fault: .malformed) { "\($0.token(claims())).x" },
        Trick(name: "five parts", fault: .malformed) { "\($0.token(claims())).x.y" },
        Trick(name: "a space before it", fault: .malformed) { " \($0.token(claims()))" },
        Trick(name: "a line feed behind it", fault: .malformed) { "\($0.token(claims()))\n" },
        Trick(name: "padding", fault: .malformed) { "\($0.token(claims()))=" },
        Trick(name: "the other alphabet", fault: .malformed) { key in
            let parts = key.token(claims()).string.split(separator: ".")
            return Text("\(parts[0]).\(parts[1]).+/+/")
        },
        Trick(name: "the signature of another token", fault: .signature) { key in
            let other = key.token(claims(["sub": "root"])).string.split(separator: ".")
            let own = key.token(claims()).string.split(separator: ".")
            return Text("\(own[0]).\(own[1]).\(other[2])")
        },
        Trick(name: "another issuer's key of the same name", fault: .signature) { key in
            let other = key.algorithm == .rs256 ? TestKey.otherRSA : TestKey.fresh(named: "d1")
            return other.algorithm == key.algorithm
                ? other.renamed(key.id).token(claims()) : unsigned(key.algorithm.rawValue, key)
        },
        Trick(name: "a signature of zeros", fault: .signature) { key in
            let parts = key.token(claims()).string.split(separator: ".")
            let zeros = Base64URL.encode([UInt8](repeating: 0, count: key.algorithm == .rs256 ? 256 : 64))
            return Text("\(parts[0]).\(parts[1]).\(zeros)")
        },
    ]

    private static let all: [Trick] = [ofAlgorithms, ofHeaders, ofKeys, ofClaims, ofPayloads, ofOdd, ofShapes].flatMap(
        \.self)

    @Test(arguments: all) func `no trick makes a token count`(trick: Trick) {
        for key in [TestKey.rsa, .p256, .ed25519] {
            #expect(Self.fault(trick.token(key)) == trick.fault, "\(key.algorithm)")
        }
    }

    @Test func `clocks may differ by a minute`() {
        let token = TestKey.rsa.token(Self.claims())
        let end = Self.now.advanced(by: .seconds(3600))
        #expect(Self.fault(token, now: end.advanced(by: .seconds(59))) == nil)
        #expect(Self.fault(token, now: end.advanced(by: .seconds(60))) == .expired)
        #expect(Self.fault(token, now: Self.now.advanced(by: .seconds(-60))) == nil)
        #expect(Self.fault(token, now: Self.now.advanced(by: .seconds(-61))) == .early)
    }

    @Test func `a token goes with the access token that came with it`() {
        var check = Self.check
        check.accessToken = "opaque"
        let hash = Base64URL.encode(Array(SHA256.hash(data: Array("opaque".utf8))).prefix(16))
        #expect(Self.fault(TestKey.rsa.token(Self.claims(["at_hash": .string(hash)])), Self.keys, check) == nil)
        #expect(Self.fault(TestKey.rsa.token(Self.claims(["at_hash": "x"])), Self.keys, check) == .accessToken)
        #expect(Self.fault(TestKey.rsa.token(Self.claims(["at_hash": 7])), Self.keys, check) == .accessToken)
        #expect(Self.fault(TestKey.rsa.token(Self.claims()), Self.keys, check) == nil)
    }

    @Test func `a set of one key needs no name`() {
        let header = Array("{\"alg\":\"RS256\"}".utf8)
        let token = TestKey.rsa.token(header: header, JSON.write(Self.claims()))
        #expect(Self.fault(token, Self.published([.rsa])) == nil)
        #expect(Self.fault(token, Self.published([.p256])) == .keyOfOtherKind)
    }

    @Test func `keys that are not for this are left out`() throws {
        guard let good = TestKey.p256.published.objectValue else { return }
        let bad: [(Text, Value)] = [
            ("use", "enc"), ("key_ops", ["sign"]), ("alg", "RS256"), ("alg", "none"), ("d", "AAAA"), ("crv", "P-384"),
            ("kty", "oct"), ("x", "AAAA"), ("y", .string(Base64URL.encode([UInt8](repeating: 1, count: 32)))),
            ("kid", 7),
        ]
        #expect(VerificationKey(good) != nil)
        for (name, value) in bad {
            var key = good
            key[name] = value
            #expect(VerificationKey(key) == nil, "\(name)")
        }
        let short = Base64URL.encode([UInt8](repeating: 0xFF, count: 128))
        #expect(VerificationKey(["kty": "RSA", "n": .string(short), "e": "AQAB"]) == nil)
        let long = Base64URL.encode([UInt8](repeating: 0xFF, count: 1025))
        #expect(VerificationKey(["kty": "RSA", "n": .string(long), "e": "AQAB"]) == nil)
        let even = TestKey.rsa.published["n"] ?? ""
        #expect(VerificationKey(["kty": "RSA", "n": even, "e": "AQ"]) == nil)
        #expect(VerificationKey(["kty": "RSA", "n": even, "e": "AQAA"]) == nil)
        #expect(VerificationKey(["kty": "oct", "k": "AAAA", "alg": "HS256"]) == nil)
    }
}
