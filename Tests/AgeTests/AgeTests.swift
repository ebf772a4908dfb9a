// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Age
import Manifest
import Testing

@Suite struct AgeTests {
    private static let short = Array("a small secret\n".utf8)

    @Test(arguments: [false, true], [0, 1, 65_535, 65_536, 65_537, 131_072, 200_000])
    func `What is encrypted is decrypted, whatever its length`(isArmored: Bool, length: Int) throws {
        let identity = try Identity.generate()
        let plain = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let file = try Age.encrypt(plain, to: [identity.recipient], armored: isArmored)
        #expect(Age.isEncrypted(file))
        #expect(try Age.decrypt(file, with: [identity]).withExposed { $0 } == plain)
    }

    @Test(arguments: [false, true])
    func `A key is read back from its text, and so is its recipient`(isHybrid: Bool) throws {
        let identity = try Identity.generate(isHybrid: isHybrid)
        let text = try #require(identity.secretText).withExposed { $0 }
        #expect(text.string.hasPrefix(isHybrid ? "AGE-SECRET-KEY-PQ-1" : "AGE-SECRET-KEY-1"))
        let again = try Identity(parsing: text)
        let recipient = try Recipient(parsing: Text("\(identity.recipient)"))
        let file = try Age.encrypt(Self.short, to: [recipient])
        #expect(try Age.decrypt(file, with: [again]).withExposed { $0 } == Self.short)
    }

    @Test func `Each of several recipients opens the file, and nobody else does`() throws {
        let keys = [try Identity.generate(), try .generate(isHybrid: true), try .generate()]
        let file = try Age.encrypt(Self.short, to: keys.map(\.recipient))
        for key in keys { #expect(try Age.decrypt(file, with: [key]).withExposed { $0 } == Self.short) }
        let stranger = try Identity.generate()
        #expect(throws: AgeError.noMatch(recipients: ["X25519", "mlkem768x25519", "X25519"])) {
            try Age.decrypt(file, with: [stranger])
        }
    }

    @Test func `A passphrase opens its file and stands alone`() throws {
        let passphrase = Passphrase(Secret("correct horse"), work: 10)
        let file = try Age.encrypt(Self.short, to: [.passphrase(passphrase)])
        #expect(try Age.decrypt(file, with: [.passphrase(passphrase)]).withExposed { $0 } == Self.short)
        #expect(throws: AgeError.noMatch(recipients: ["scrypt"])) {
            try Age.decrypt(file, with: [.passphrase(Passphrase(Secret("wrong")))])
        }
        let other = try Identity.generate()
        #expect(throws: AgeError.self) { try Age.encrypt(Self.short, to: [.passphrase(passphrase), other.recipient]) }
    }

    @Test func `A header that asks for too much work is refused before any is done`() throws {
        let file = try Age.encrypt(Self.short, to: [.passphrase(Passphrase(Secret("x"), work: 12))])
        #expect(throws: AgeError.header("a work factor of 2^12 is more than the limit of 2^11")) {
            try Age.decrypt(file, with: [.passphrase(Passphrase(Secret("x"), workLimit: 11))])
        }
        let text = String(decoding: file, as: UTF8.self)
        // 2^27 blocks of a kibibyte would be 128 GiB.
        let greedy = Array(text.replacing(" 12\n", with: " 27\n").utf8)
        #expect(throws: AgeError.header("a work factor of 2^27 is more than the limit of 2^20")) {
            try Age.decrypt(greedy, with: [.passphrase(Passphrase(Secret("x")))])
        }
    }

    @Test func `Every bit counts`() throws {
        let identity = try Identity.generate()
        let file = try Age.encrypt(Self.short, to: [identity.recipient])
        for index in file.indices {
            var changed = file
            changed[index] ^= 1
            #expect(throws: AgeError.self, "byte \(index)") { try Age.decrypt(changed, with: [identity]) }
        }
    }

    @Test func `A file that is cut off anywhere is refused`() throws {
        let identity = try Identity.generate()
        let file = try Age.encrypt([UInt8](repeating: 7, count: 65_540), to: [identity.recipient])
        for length in Array(0..<400) + [file.count - 65_560, file.count - 20, file.count - 1] {
            #expect(throws: AgeError.self, "\(length) bytes") {
                try Age.decrypt(Array(file.prefix(length)), with: [identity])
            }
        }
    }

    @Test(
        arguments: [
            ("AGE-SECRET-KEY-1QQQQ", "no age recipient"), ("age1qqqq", "no age recipient"), ("", "no age recipient"),
            ("age1yubikey1qwt50d05nh5vutpdzmlg5wn80xq5negm4uj9ghv0snvdd3yysf5yw3rhl3t", "plugins"),
            ("ssh-rsa AAAAB3NzaC1yc2E= me", "ssh-rsa are not supported: the cryptography library has no OAEP"),
            ("ssh-ed25519 AAAA", "malformed"), ("ssh-ed25519", "no SSH public key"),
        ])
    func `What is no recipient is refused with a reason`(text: String, reason: String) {
        let error = #expect(throws: AgeError.self) { try Recipient(parsing: Text(text)) }
        #expect(error?.description.contains(reason) == true, "\(String(describing: error))")
    }

    @Test(arguments: [
        "-----BEGIN CERTIFICATE-----", "-----BEGIN PRIVATE KEY-----", "-----BEGIN PGP MESSAGE-----", "-----", "---",
        "-----BEGIN AGE ENCRYPTED FILE",
    ])
    func `Other texts between dashes are no files of age`(line: String) throws {
        #expect(!Age.isEncrypted("\(line)\nMIIB\n".utf8))
        // Who says that one is, is told what is wrong with it.
        let error = #expect(throws: AgeError.self) {
            try Age.decrypt(Array("\(line)\nMIIB\n".utf8), with: [try Identity.generate()])
        }
        if line.hasPrefix("-----") {
            #expect(error?.description.contains("BEGIN AGE ENCRYPTED FILE") == true, "\(String(describing: error))")
        }
    }

    @Test func `A key file names the line that is wrong, and nothing of it`() throws {
        let key = try #require(try Identity.generate().secretText).withExposed { $0.string }
        let file = Array("# created: today\n\n  \(key)  \r\n\(key.dropLast())\n".utf8)
        let error = #expect(throws: AgeError.self) { try KeyFile.identities(file) }
        #expect(error == .key("line 4: this is no age secret key"))
        #expect(try KeyFile.identities(Array("# a\n\(key)\n".utf8)).count == 1)
        #expect(throws: AgeError.key("the key file holds no key")) { try KeyFile.identities(Array("# a\n".utf8)) }
    }
}
