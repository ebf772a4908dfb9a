// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

extension SOPS {
    /// Encrypts a plain file with a new data key.
    ///
    /// - Parameters:
    ///   - metadata: whom to encrypt to and what; the rest of it is made anew.
    ///   - now: in RFC 3339, whole seconds.
    package static func encrypt(
        _ plain: [UInt8], _ format: Format, _ metadata: SOPSMetadata, with ring: KeyRing, now: Text
    ) async throws(SecretsError) -> [UInt8] {
        let file = try read(plain, format, isPlain: true)
        guard try file.metadata() == nil else {
            throw SecretsError(.state, "the file has metadata of SOPS already, under \"sops\"")
        }
        let key = DataKey.random()
        var metadata = metadata
        try await DataKey.wrap(key, in: &metadata, with: ring, now: now)
        return try encrypt(file, key, metadata, known: KnownLeaves(), now: now)
    }

    /// Encrypts what a file became, with the data key that it has.
    package static func encrypt(
        _ plain: [UInt8], _ format: Format, replacing old: DecryptedFile, now: Text
    ) throws(SecretsError) -> [UInt8] {
        let file = try read(plain, format, isPlain: true)
        guard try file.metadata() == nil else {
            throw SecretsError(.state, "\"sops\" is the name of the metadata, and cannot be one of a value")
        }
        return try encrypt(file, old.dataKey, old.metadata, known: old.known, now: now)
    }

    /// Encrypts a file with a new data key, all values anew.
    package static func rotate(
        _ bytes: [UInt8], _ format: Format, with ring: KeyRing, now: Text
    ) async throws(SecretsError) -> [UInt8] {
        let old = try await decrypt(bytes, format, with: ring)
        let plain = try old.bytes().withExposed { $0 }
        return try await encrypt(plain, format, old.metadata, with: ring, now: now)
    }

    /// Encrypts the data key of a file to other master keys. The values stay as they are.
    package static func updateKeys(
        _ bytes: [UInt8], _ format: Format, to wanted: SOPSMetadata, with ring: KeyRing, now: Text
    ) async throws(SecretsError) -> [UInt8] {
        let file = try read(bytes, format, isPlain: false)
        guard let value = try file.metadata() else { throw notEncrypted }
        var metadata = try SOPSMetadata(value)
        let key = try await DataKey.open(metadata, with: ring)
        metadata.groups = wanted.groups
        metadata.threshold = wanted.threshold
        try await DataKey.wrap(key, in: &metadata, with: ring, now: now)
        return try file.write([:], metadata: metadata.value)
    }

    private static func encrypt(
        _ file: any StructuredFile, _ key: Secret<[UInt8]>, _ metadata: SOPSMetadata, known: KnownLeaves,
        now: Text
    ) throws(SecretsError) -> [UInt8] {
        var metadata = metadata
        metadata.lastModified = now
        metadata.version = SOPSMetadata.formatVersion
        var cipher = try FileCipher(key, metadata)
        var known = known
        for items in file.documents { try cipher.encrypt(items, known: &known) }
        metadata.mac = try cipher.encryptedMAC(lastModified: now)
        return try file.write(cipher.replacements, metadata: metadata.value)
    }
}
