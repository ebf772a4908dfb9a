// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Age
import Manifest
import Secrets
import Testing

@Suite struct EncryptTests {
    private static let now: Text = "2026-11-27T03:04:05Z"
    private static let later: Text = "2026-11-28T03:04:05Z"

    private static let manifest = """
        # The shop's database.
        apiVersion: v1
        kind: Secret
        metadata:
          name: database # as the chart has it
        stringData:
          # Asked for by the application.
          user: shop
          password: "p: #x"   # long live it
          certificate: |
            -----BEGIN X-----
              indented

            -----END X-----
          empty: ""
          flow: [a, 1, {b: yes}]
        type: Opaque

        """

    private let key: Identity
    private let ring: KeyRing

    init() throws {
        key = try Identity.generate()
        ring = KeyRing(identities: [key])
    }

    private func metadata(_ field: Text? = nil, _ value: Text = "", onlyEncrypted: Bool = false) throws -> SOPSMetadata
    {
        SOPSMetadata(
            groups: [[MasterKey(.age(recipient: Text("\(key.recipient)")))]],
            rule: try EncryptionRule(in: field.map { .object(Object(uniquePairs: [($0, .string(value))])) } ?? [:]),
            macOnlyEncrypted: onlyEncrypted)
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test func `A comment below a text of several lines does not become a part of it`() async throws {
        let plain = "c: |\n    one\n    two\n  # about it\n\nd: x\n"
        let file = try await SOPS.encrypt(Array(plain.utf8), .yaml, metadata(), with: ring, now: Self.now)
        let opened = try await SOPS.decrypt(file, .yaml, with: ring).bytes().withExposed { $0 }
        #expect(try YAML.read(opened).map(\.value) == YAML.read(Array(plain.utf8)).map(\.value), "\(text(opened))")
        #expect(text(opened).contains("\n  # about it\n"))
    }

    @Test func `A comment of INI that begins with a mark of the other kind keeps it`() async throws {
        let plain = Array("#; a\nk = v\n".utf8)
        let file = try await SOPS.encrypt(plain, .ini, metadata(), with: ring, now: Self.now)
        let opened = try await SOPS.decrypt(file, .ini, with: ring).bytes().withExposed { $0 }
        #expect(text(opened) == "# ; a\nk = v\n")
    }

    @Test func `A text right behind an anchor is encrypted apart from it`() async throws {
        let plain = "a: &x?y\nb: u\n"
        let file = try await SOPS.encrypt(Array(plain.utf8), .yaml, metadata(), with: ring, now: Self.now)
        let opened = try await SOPS.decrypt(file, .yaml, with: ring).bytes().withExposed { $0 }
        #expect(try YAML.read(opened).map(\.value) == YAML.read(Array(plain.utf8)).map(\.value), "\(text(opened))")
    }

    @Test func `A name that INI cannot say again stays as it is where it has no value`() async throws {
        let plain = Array("p\"`q =\nr = 1\n".utf8)
        let file = try await SOPS.encrypt(plain, .ini, metadata(), with: ring, now: Self.now)
        #expect(try await SOPS.decrypt(file, .ini, with: ring).bytes().withExposed { $0 } == plain)
    }

    @Test(arguments: [" t: 1\n u: two\n", "# c\n  a:\n    b: |\n      c\n", "---\n   a: 1\n---\n b: 2\n"])
    func `A map that is indented as a whole keeps its margin`(file: String) async throws {
        let encrypted = try await SOPS.encrypt(Array(file.utf8), .yaml, metadata(), with: ring, now: Self.now)
        let opened = try await SOPS.decrypt(encrypted, .yaml, with: ring).bytes().withExposed { $0 }
        #expect(text(opened) == file)
    }

    @Test(arguments: ["p = b`\"\"\"\n", "p = b`\"\n"])
    func `What INI could not say again is not encrypted`(file: String) async throws {
        await #expect(throws: SecretsError.self) {
            try await SOPS.encrypt(Array(file.utf8), .ini, metadata(), with: ring, now: Self.now)
        }
    }

    @Test func `A value that is nothing but a tag is a text`() async throws {
        let encrypted = try await SOPS.encrypt(
            Array("a: !\nb: [!, c]\n".utf8), .yaml, metadata(), with: ring, now: Self.now)
        let opened = try await SOPS.decrypt(encrypted, .yaml, with: ring).bytes().withExposed { $0 }
        #expect(try YAML.read(opened).first?.value == ["a": "", "b": ["", "c"]])
    }

    @Test func `A manifest keeps its layout, and gets it back`() async throws {
        let plain = Array(Self.manifest.utf8)
        let encrypted = try await SOPS.encrypt(
            plain, .yaml, metadata("encrypted_regex", "^(data|stringData)$"), with: ring, now: Self.now)
        let lines = text(encrypted).split(separator: "\n", omittingEmptySubsequences: false)
        #expect(
            text(encrypted).hasPrefix(
                "# The shop's database.\napiVersion: v1\nkind: Secret\nmetadata:\n  name: database # as the chart has it\n"
            ))
        #expect(lines.contains("type: Opaque"))
        #expect(lines.contains { $0.hasPrefix("  #ENC[AES256_GCM,") && $0.hasSuffix("type:comment]") })
        #expect(lines.contains { $0.hasPrefix("  password: ENC[AES256_GCM,") })
        for word in ["shop\n", "p: #x", "long live", "BEGIN X", "indented", "Asked for"] {
            #expect(!text(encrypted).contains(word), "\(word)")
        }
        #expect(SOPS.isEncrypted(encrypted, .yaml))
        let decrypted = try await SOPS.decrypt(encrypted, .yaml, with: ring)
        let wanted = Self.manifest.replacing("\"p: #x\"", with: "'p: #x'").replacing(
            "[a, 1, {b: yes}]", with: "[\"a\", 1, {b: \"yes\"}]")
        #expect(text(try decrypted.bytes().withExposed { $0 }) == wanted)
    }

    @Test func `Decrypted texts are secret leaves, and what was plain stays so`() async throws {
        let plain = Array("kind: Secret\nstringData:\n  a: hidden\n  b: also\n".utf8)
        let encrypted = try await SOPS.encrypt(
            plain, .yaml, metadata("encrypted_regex", "^stringData$"), with: ring, now: Self.now)
        let values = try await SOPS.decrypt(encrypted, .yaml, with: ring).values()
        #expect(
            values == [
                ["kind": "Secret", "stringData": ["a": .secret(Secret("hidden")), "b": .secret(Secret("also"))]]
            ])
    }

    @Test func `A number cannot be a secret leaf`() async throws {
        let encrypted = try await SOPS.encrypt(
            Array("data:\n  pin: 1234\n".utf8), .yaml, metadata(), with: ring, now: Self.now)
        let decrypted = try await SOPS.decrypt(encrypted, .yaml, with: ring)
        let error = #expect(throws: SecretsError.self) { try decrypted.values() }
        #expect(error?.reason.contains("only texts") == true)
        #expect(try decrypted.plainValues().withExposed { $0 } == [["data": ["pin": 1234]]])
    }

    @Test func `What an edit leaves alone keeps its ciphertext`() async throws {
        let plain = "a: one\nb: two\nc:\n- x\n- x\n"
        let first = try await SOPS.encrypt(Array(plain.utf8), .yaml, metadata(), with: ring, now: Self.now)
        let opened = try await SOPS.decrypt(first, .yaml, with: ring)
        let second = try SOPS.encrypt(
            Array(plain.replacing("two", with: "three").utf8), .yaml, replacing: opened, now: Self.later)
        let old = text(first).split(separator: "\n")
        let new = text(second).split(separator: "\n")
        let changed = zip(old, new).filter { $0 != $1 }.map { String($0.1.prefix { $0 != ":" }) }
        #expect(changed == ["b", "  lastmodified", "  mac"])
        #expect(try await SOPS.decrypt(second, .yaml, with: ring).plainValues().withExposed { $0 }[0]["b"] == "three")
    }

    @Test func `Rotating gives another key and all values anew`() async throws {
        let first = try await SOPS.encrypt(Array("a: one\n".utf8), .yaml, metadata(), with: ring, now: Self.now)
        let second = try await SOPS.rotate(first, .yaml, with: ring, now: Self.later)
        #expect(text(first).split(separator: "\n").first != text(second).split(separator: "\n").first)
        #expect(text(try await SOPS.decrypt(second, .yaml, with: ring).bytes().withExposed { $0 }) == "a: one\n")
    }

    @Test func `Updating keys lets others in and leaves the values as they are`() async throws {
        let first = try await SOPS.encrypt(Array("a: one\nb: 2\n".utf8), .yaml, metadata(), with: ring, now: Self.now)
        let other = try Identity.generate()
        let wanted = SOPSMetadata(
            groups: [[MasterKey(.age(recipient: Text("\(other.recipient)")))]], rule: .standard, macOnlyEncrypted: false
        )
        let second = try await SOPS.updateKeys(first, .yaml, to: wanted, with: ring, now: Self.later)
        #expect(text(first).split(separator: "\n").prefix(2) == text(second).split(separator: "\n").prefix(2))
        let opened = try await SOPS.decrypt(second, .yaml, with: KeyRing(identities: [other]))
        #expect(text(try opened.bytes().withExposed { $0 }) == "a: one\nb: 2\n")
        await #expect(throws: SecretsError.self) { try await SOPS.decrypt(second, .yaml, with: self.ring) }
    }

    @Test(arguments: [(3, 2), (2, 2), (4, 3)])
    func `As many key groups as the threshold says are needed`(groups: Int, threshold: Int) async throws {
        let keys = try (0..<groups).map { _ in try Identity.generate() }
        let metadata = SOPSMetadata(
            groups: keys.map { [MasterKey(.age(recipient: Text("\($0.recipient)")))] }, threshold: threshold,
            rule: .standard, macOnlyEncrypted: false)
        let file = try await SOPS.encrypt(Array("a: one\n".utf8), .yaml, metadata, with: ring, now: Self.now)
        let enough = KeyRing(identities: Array(keys.shuffled().prefix(threshold)))
        #expect(text(try await SOPS.decrypt(file, .yaml, with: enough).bytes().withExposed { $0 }) == "a: one\n")
        let error = await #expect(throws: SecretsError.self) {
            try await SOPS.decrypt(file, .yaml, with: KeyRing(identities: Array(keys.prefix(threshold - 1))))
        }
        #expect(error?.code == .noKey)
    }

    @Test(arguments: [SOPS.Format.yaml, .json, .dotenv, .ini, .binary])
    func `A megabyte in one value goes there and back`(format: SOPS.Format) async throws {
        let long = Base64.encode((0..<786_432).map { UInt8(truncatingIfNeeded: $0 &* 31) })
        let plain =
            switch format {
            case .yaml: "a: \(long)\n"
            case .json: "{\n  \"a\": \"\(long)\"\n}\n"
            case .dotenv: "A=\(long)\n"
            case .ini: "[s]\na = \(long)\n"
            case .binary: long
            }
        let file = try await SOPS.encrypt(Array(plain.utf8), format, metadata(), with: ring, now: Self.now)
        #expect(file.count > 1 << 20)
        let opened = try await SOPS.decrypt(file, format, with: ring).bytes().withExposed { $0 }
        #expect(opened == Array(plain.utf8))
        // A file that ends too early is refused, wherever it ends.
        for length in [file.count / 2, 1 << 19, 100, 1, 0] {
            await #expect(throws: SecretsError.self, "cut to \(length)") {
                try await SOPS.decrypt(Array(file.prefix(length)), format, with: self.ring)
            }
        }
    }

    @Test func `A change of any line is found`() async throws {
        let plain = Array("plain_unencrypted: open\na: one\nb: two\nc: three\nlist:\n- x\n- y\n".utf8)
        let file = text(try await SOPS.encrypt(plain, .yaml, metadata(), with: ring, now: Self.now))
        let lines = file.split(separator: "\n").map(String.init)
        let swapped =
            [lines[0], lines[2].replacing("b:", with: "a:"), lines[1].replacing("a:", with: "b:")] + lines[3...]
        let attempts = [
            file.replacing(": open", with: ": closed"), file.replacing("\(lines[1])\n", with: ""),
            file.replacing("a: ENC", with: "z: ENC"), swapped.joined(separator: "\n"),
            file.replacing(lines[1], with: "a: one"), file.replacing("type:str", with: "type:int"),
            file.replacing("lastmodified: \"2026", with: "lastmodified: \"2025"),
            file.replacing("unencrypted_suffix: _unencrypted", with: "unencrypted_suffix: one"),
            file.replacing("  mac: ENC", with: "  mac: ''\n  mic: ENC"),
        ]
        for attempt in attempts {
            #expect(attempt != file)
            await #expect(throws: SecretsError.self, "\(attempt)") {
                try await SOPS.decrypt(Array(attempt.utf8), .yaml, with: self.ring)
            }
        }
    }

    @Test(arguments: [
        "- a\n", "a\n", "a: 18446744073709551615\n", "a: 1.00000000000000000001\n", "", "# nothing\n", "a: [\n",
    ])
    func `What cannot be encrypted is refused`(plain: String) async throws {
        await #expect(throws: SecretsError.self) {
            try await SOPS.encrypt(Array(plain.utf8), .yaml, self.metadata(), with: self.ring, now: Self.now)
        }
    }

    @Test func `What is encrypted is not encrypted again`() async throws {
        let file = try await SOPS.encrypt(Array("a: one\n".utf8), .yaml, metadata(), with: ring, now: Self.now)
        let error = await #expect(throws: SecretsError.self) {
            try await SOPS.encrypt(file, .yaml, self.metadata(), with: self.ring, now: Self.now)
        }
        #expect(error?.code == .state)
    }

    @Test func `Aliases and braces are written out`() async throws {
        for plain in ["a: &x one\nb: *x\n", "{a: one, b: one}\n", "base: &x {a: one}\nm:\n  <<: *x\n  b: two\n"] {
            let file = try await SOPS.encrypt(Array(plain.utf8), .yaml, metadata(), with: ring, now: Self.now)
            let opened = try await SOPS.decrypt(file, .yaml, with: ring)
            #expect(try opened.plainValues().withExposed { $0 } == YAML.read(Array(plain.utf8)).map(\.value))
        }
    }

    @Test func `An error never repeats a value`() async throws {
        let file = text(
            try await SOPS.encrypt(Array("a: canary-value\nb: 5\n".utf8), .yaml, metadata(), with: ring, now: Self.now))
        let bad = file.replacing("type:str", with: "type:float")
        let error = await #expect(throws: SecretsError.self) {
            try await SOPS.decrypt(Array(bad.utf8), .yaml, with: self.ring)
        }
        #expect(error.map { "\($0)".contains("canary") } == false)
    }
}
