// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// A file as `ssh-keygen` writes it (OpenSSH's PROTOCOL.key).
enum SSHPrivateKey {
    private static let begin = Array("-----BEGIN OPENSSH PRIVATE KEY-----".utf8)
    private static let end = Array("-----END OPENSSH PRIVATE KEY-----".utf8)

    /// Whether the file is some private key in PEM.
    static func isPresent(in bytes: [UInt8]) -> Bool {
        let text = bytes.drop { $0 <= 0x20 }
        guard text.starts(with: "-----BEGIN ".utf8) else { return false }
        return text.prefix { $0 != UInt8(ascii: "\n") }.split(separator: UInt8(ascii: " ")).contains {
            $0.elementsEqual("PRIVATE".utf8)
        }
    }

    /// The 32 bytes that an Ed25519 key is made of.
    static func ed25519Seed(_ file: [UInt8]) throws(AgeError) -> Secret<[UInt8]> {
        var blob = SSHBuffer(try content(file))
        guard blob.take(15) == Array("openssh-key-v1\0".utf8), let cipher = blob.string(), blob.string() != nil,
            blob.string() != nil, let count = blob.number(), blob.string() != nil, let secret = blob.string()
        else { throw .key("the SSH private key is malformed") }
        guard cipher == Array("none".utf8) else {
            throw .unsupported(
                "SSH private keys with a passphrase are not supported (bcrypt): remove it with \"ssh-keygen -p\"")
        }
        guard count == 1 else { throw .key("the SSH private key file holds \(count) keys instead of one") }
        var keys = SSHBuffer(secret)
        guard let first = keys.number(), let second = keys.number(), first == second, let type = keys.string() else {
            throw .key("the SSH private key is malformed")
        }
        guard type == Array(SSHEd25519Recipient.stanzaType.utf8) else {
            throw SSHEd25519Recipient.refusal(of: String(decoding: type, as: UTF8.self))
        }
        guard let publicKey = keys.string(), let pair = keys.string(), publicKey.count == 32, pair.count == 64,
            pair.suffix(32).elementsEqual(publicKey)
        else { throw .key("the SSH private key is malformed") }
        return Secret(Array(pair.prefix(32)))
    }

    private static func content(_ file: [UInt8]) throws(AgeError) -> [UInt8] {
        var lines = file.split(separator: UInt8(ascii: "\n")).map { line in
            line.last == UInt8(ascii: "\r") ? line.dropLast() : line
        }
        while let last = lines.last, last.allSatisfy({ $0 <= 0x20 }) { lines.removeLast() }
        guard lines.first?.elementsEqual(begin) == true, lines.last?.elementsEqual(end) == true else {
            throw .unsupported("private keys in other formats than OpenSSH's are not supported")
        }
        guard let content = Base64.decode(lines.dropFirst().dropLast().flatMap { $0 }) else {
            throw .key("the SSH private key is not base 64")
        }
        return content
    }
}
