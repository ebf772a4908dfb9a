// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// A file whose values were decrypted and whose authentication code fits.
package struct DecryptedFile: Sendable {
    package let metadata: SOPSMetadata
    let dataKey: Secret<[UInt8]>
    private let file: any StructuredFile
    private let replacements: Secret<[Int: Replacement]>

    init(
        _ file: any StructuredFile, metadata: SOPSMetadata, dataKey: Secret<[UInt8]>, replacements: [Int: Replacement]
    ) {
        self.file = file
        self.metadata = metadata
        self.dataKey = dataKey
        self.replacements = Secret(replacements)
    }

    /// The plain file, in its own format and layout.
    package func bytes() throws(SecretsError) -> Secret<[UInt8]> {
        Secret(
            try replacements.withExposed { replacements throws(SecretsError) in
                try file.write(replacements, metadata: nil)
            })
    }

    /// The documents of YAML and JSON, with every decrypted value as a secret leaf.
    ///
    /// - Throws: also when a number or boolean was encrypted, since only texts can be secret leaves.
    package func values() throws(SecretsError) -> [Value] {
        try replacements.withExposed { replacements throws(SecretsError) in
            try file.values(replacements, hidesTexts: true)
        }
    }

    /// What each encrypted text says.
    ///
    /// - Throws: when a number or boolean was encrypted, since only texts can be kept secret in an object.
    package func texts() throws(SecretsError) -> [Text: Secret<Text>] {
        try replacements.withExposed { replacements throws(SecretsError) in
            var texts: [Text: Secret<Text>] = [:]
            for case .leaf(let slot, _, .string(let bytes)) in file.documents.joined() {
                guard let replacement = replacements[slot], let encrypted = Text(utf8: bytes), !encrypted.isEmpty,
                    case .secret(let plain) = try replacement.value(hidesTexts: true)
                else { continue }
                texts[encrypted] = plain
            }
            return texts
        }
    }

    /// The same with plain values.
    package func plainValues() throws(SecretsError) -> Secret<[Value]> {
        Secret(
            try replacements.withExposed { replacements throws(SecretsError) in
                try file.values(replacements, hidesTexts: false)
            })
    }

    /// Every value, plain or decrypted, by the keys that lead to it. Items of a list share theirs, and so do equal keys of
    /// several documents: such a key has several values, in their order. The type of a value is a part of it.
    package var leaves: [[Text]: [Secret<[UInt8]>]] {
        replacements.withExposed { replacements in
            var leaves: [[Text]: [Secret<[UInt8]>]] = [:]
            for case .leaf(let slot, let path, let scalar) in file.documents.joined() {
                var plain = scalar
                if case .plain(let decrypted)? = replacements[slot] { plain = decrypted }
                leaves[path, default: []].append(Secret(Array("\(plain.typeName):".utf8) + plain.bytes))
            }
            return leaves
        }
    }

    /// What did not change keeps its encrypted text.
    var known: KnownLeaves {
        replacements.withExposed { replacements in
            FileCipher.known(Array(file.documents.joined()), replacements)
        }
    }
}

extension SOPS {
    /// Decrypts a file and checks its authentication code.
    package static func decrypt(
        _ bytes: [UInt8], _ format: Format, with ring: KeyRing
    ) async throws(SecretsError) -> DecryptedFile {
        let file = try read(bytes, format, isPlain: false)
        guard let value = try file.metadata() else { throw notEncrypted }
        let metadata = try SOPSMetadata(value)
        let dataKey = try await DataKey.open(metadata, with: ring)
        var cipher = try FileCipher(dataKey, metadata)
        for items in file.documents { try cipher.decrypt(items) }
        try cipher.check(metadata)
        return DecryptedFile(file, metadata: metadata, dataKey: dataKey, replacements: cipher.replacements)
    }
}
