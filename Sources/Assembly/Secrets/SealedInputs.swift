// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model
import Rendering
import Secrets

/// Opens what a renderer took from encrypted inputs: texts that it put somewhere, alone or amid others, as they are or in
/// base64; and whole files.
struct SealedInputs: Sendable {
    /// Of all inputs, by their encrypted texts.
    let texts: [Text: Secret<Text>]
    let ring: KeyRing

    func open(_ object: DesiredObject) async throws(SecretsError) -> DesiredObject {
        guard var manifest = object.manifest.objectValue else { return object }
        manifest[EncryptedInputs.field] = nil
        let isSecret = object.id.group.isEmpty && object.id.kind == "Secret"
        var pairs: [Object.Pair] = []
        for (key, value) in manifest.pairs {
            pairs.append((key, try await open(value, named: key, base64: isSecret && key == "data")))
        }
        var opened = object
        opened.manifest = .object(Object(uniquePairs: pairs))
        return opened
    }

    private func open(_ value: Value, named key: Text, base64: Bool) async throws(SecretsError) -> Value {
        switch value {
        case .string(let text):
            if let plain = try await open(Array(text.utf8), named: key) {
                let plainText = plain.withExposed { Text(utf8: $0).map { Secret($0) } }
                guard let plainText else {
                    throw SecretsError(
                        .unsupported, "\(key): the decrypted file is no text", advice: "put it into a Secret")
                }
                return .secret(plainText)
            }
            guard base64, let bytes = Base64.decode(text.utf8.filter { $0 > 0x20 }),
                let plain = try await open(bytes, named: key)
            else { return value }
            return .secret(plain.withExposed { Secret(Text(Base64.encode($0))) })
        case .array(let items):
            var opened: [Value] = []
            for item in items { opened.append(try await open(item, named: key, base64: base64)) }
            return .array(opened)
        case .object(let object):
            var pairs: [Object.Pair] = []
            for (key, value) in object.pairs { pairs.append((key, try await open(value, named: key, base64: base64))) }
            return .object(Object(uniquePairs: pairs))
        case .null, .bool, .number, .secret: return value
        }
    }

    /// `nil` when nothing encrypted is in it.
    private func open(_ bytes: [UInt8], named key: Text) async throws(SecretsError) -> Secret<[UInt8]>? {
        guard bytes.firstRange(of: EncryptedInputs.mark) != nil else { return nil }
        if EncryptedInputs.isWhole([0x0A] + bytes) {
            return try await SOPS.decrypt(bytes, SOPS.Format(ofFile: key), with: ring).bytes()
        }
        var plain: [UInt8] = []
        var rest = bytes[...]
        while let start = rest.firstRange(of: EncryptedInputs.mark)?.lowerBound {
            guard let end = rest[start...].firstIndex(of: UInt8(ascii: "]")), let text = Text(utf8: rest[start...end])
            else { break }
            plain += rest[..<start]
            guard let value = texts[text] else {
                throw SecretsError(
                    .tampered, "\(key): an encrypted value does not stand in any of the inputs",
                    advice: "only texts can be encrypted, no numbers and booleans; and a template must not change them")
            }
            value.withExposed { plain += $0.utf8 }
            rest = rest[(end + 1)...]
        }
        plain += rest
        return Secret(plain)
    }
}
