// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Crypto
import Manifest

/// Encrypts single values with a file's data key: AES-256-GCM, bound to the place of the value in the file.
struct LeafCipher: Sendable {
    private let key: SymmetricKey
    /// SOPS's nonces are of 32 bytes.
    private static let nonceLength = 32
    private static let tagLength = 16

    static let keyLength = 32

    init(_ dataKey: Secret<[UInt8]>) throws(SecretsError) {
        let key = dataKey.withExposed { $0.count == Self.keyLength ? SymmetricKey(data: $0) : nil }
        guard let key else { throw SecretsError(.tampered, "the data key does not have \(Self.keyLength) bytes") }
        self.key = key
    }

    /// What binds a value to its place: the keys that lead to it. Items of lists count for nothing.
    static func place(_ path: some Collection<Text>) -> [UInt8] {
        var place: [UInt8] = []
        for key in path {
            place += key.utf8
            place.append(UInt8(ascii: ":"))
        }
        return place.isEmpty ? [UInt8(ascii: ":")] : place
    }

    func encrypt(_ plain: [UInt8], type: String, place: [UInt8]) throws(SecretsError) -> String {
        let nonce = SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
        do {
            let box = try AES.GCM.seal(
                plain, using: key, nonce: AES.GCM.Nonce(data: nonce), authenticating: place)
            return EncryptedLeaf(
                data: Array(box.ciphertext), nonce: nonce, tag: Array(box.tag), type: Substring(type)
            ).text
        } catch {
            throw SecretsError(.unsupported, "a value could not be encrypted")
        }
    }

    /// `nil` when it was encrypted with another key or for another place, or was changed.
    func open(_ leaf: EncryptedLeaf, place: [UInt8]) -> [UInt8]? {
        guard leaf.tag.count == Self.tagLength, let nonce = try? AES.GCM.Nonce(data: leaf.nonce),
            let box = try? AES.GCM.SealedBox(nonce: nonce, ciphertext: leaf.data, tag: leaf.tag),
            let plain = try? AES.GCM.open(box, using: key, authenticating: place)
        else { return nil }
        return Array(plain)
    }
}

/// `ENC[AES256_GCM,data:…,iv:…,tag:…,type:…]`
struct EncryptedLeaf: Sendable, Hashable {
    var data: [UInt8]
    var nonce: [UInt8]
    var tag: [UInt8]
    var type: Substring

    private static let prefix = "ENC[AES256_GCM,"

    init(data: [UInt8], nonce: [UInt8], tag: [UInt8], type: Substring) {
        self.data = data
        self.nonce = nonce
        self.tag = tag
        self.type = type
    }

    static func isPresent(in text: some Collection<UInt8>) -> Bool { text.starts(with: prefix.utf8) }

    /// `nil` for what is no encrypted value.
    init?(_ text: String) {
        guard text.utf8.starts(with: Self.prefix.utf8), text.utf8.last == UInt8(ascii: "]") else { return nil }
        let fields = text.utf8.dropFirst(Self.prefix.utf8.count).dropLast().split(separator: UInt8(ascii: ","))
        guard fields.count == 4, let data = Self.bytes(fields[0], "data:"), let nonce = Self.bytes(fields[1], "iv:"),
            let tag = Self.bytes(fields[2], "tag:"), fields[3].starts(with: "type:".utf8)
        else { return nil }
        self.init(data: data, nonce: nonce, tag: tag, type: Substring(fields[3].dropFirst(5)))
    }

    var text: String {
        "\(Self.prefix)data:\(Base64.encode(data)),iv:\(Base64.encode(nonce)),tag:\(Base64.encode(tag)),type:\(type)]"
    }

    private static func bytes(_ field: Substring.UTF8View, _ name: String) -> [UInt8]? {
        field.starts(with: name.utf8) ? Base64.decode(field.dropFirst(name.utf8.count)) : nil
    }
}
