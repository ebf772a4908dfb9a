// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Glibc
package import Manifest

/// Files of SOPS: values encrypted, keys and layout readable.
package enum SOPS {
    package enum Format: String, Sendable, Hashable, CaseIterable {
        case yaml, json, dotenv, ini, binary

        /// By the name's ending, as SOPS chooses: anything it does not know is binary.
        package init(ofFile name: Text) {
            let name = name.string.lowercased()
            self =
                if name.hasSuffix(".yaml") || name.hasSuffix(".yml") {
                    .yaml
                } else if name.hasSuffix(".json") {
                    .json
                } else if name.hasSuffix(".env") || name == "env" {
                    .dotenv
                } else if name.hasSuffix(".ini") {
                    .ini
                } else {
                    .binary
                }
        }
    }

    /// Bytes of a file, at most.
    package static let limit = 64 << 20

    /// Whether a file has SOPS's metadata. Cheap for those that have none.
    package static func isEncrypted(_ bytes: [UInt8], _ format: Format) -> Bool {
        // No file with metadata goes without an encrypted authentication code; one without a code is refused later.
        guard bytes.contains("sops"), bytes.contains("lastmodified") else { return false }
        return (try? read(bytes, format, isPlain: false).metadata()) ?? nil != nil
    }

    /// Whether a value of a file is encrypted: `ENC[AES256_GCM,…]`.
    package static func isEncryptedValue(_ text: Text) -> Bool { EncryptedLeaf.isPresent(in: text.utf8) }

    /// The metadata of an encrypted file, which are readable by all.
    package static func metadata(_ bytes: [UInt8], _ format: Format) throws(SecretsError) -> SOPSMetadata {
        guard let value = try read(bytes, format, isPlain: false).metadata() else { throw notEncrypted }
        return try SOPSMetadata(value)
    }

    static let notEncrypted = SecretsError(.state, "the file is not encrypted with SOPS: it has no metadata")

    static func read(_ bytes: [UInt8], _ format: Format, isPlain: Bool) throws(SecretsError) -> any StructuredFile {
        guard bytes.count <= limit else { throw SecretsError(.malformed, "the file has more than \(limit) bytes") }
        return switch format {
        case .yaml: try YAMLFile(bytes)
        case .json: try JSONFile(bytes)
        case .dotenv: try DotenvFile(bytes)
        case .ini: try INIFile(bytes)
        case .binary: isPlain ? BinaryFile(plain: bytes) : try BinaryFile(encrypted: bytes)
        }
    }
}

extension [UInt8] {
    /// Whether the letters stand somewhere in it.
    fileprivate func contains(_ word: StaticString) -> Bool {
        withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return false }
            let length = word.utf8CodeUnitCount
            var offset = 0
            while offset + length <= bytes.count,
                let found = memchr(base + offset, Int32(word.utf8Start[0]), bytes.count - offset - length + 1)
            {
                if memcmp(found, word.utf8Start, length) == 0 { return true }
                offset = UnsafeRawPointer(found) - base + 1
            }
            return false
        }
    }
}
