// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Age
import Manifest
import Secrets

/// A file that can be encrypted says the same once decrypted; one with metadata is refused by a stranger's key.
enum SOPSProperties {
    static func check(_ bytes: [UInt8], _ format: SOPS.Format) async throws {
        let identity = try Identity.generate()
        let ring = KeyRing(identities: [identity])
        let stranger = try? await SOPS.decrypt(bytes, format, with: ring)
        try require(stranger == nil, "a key that was just made opens a file")
        _ = try? SOPS.metadata(bytes, format)

        let metadata = SOPSMetadata(
            groups: [[MasterKey(.age(recipient: Text("\(identity.recipient)")))]], rule: .standard,
            macOnlyEncrypted: false)
        guard
            let encrypted = try? await SOPS.encrypt(bytes, format, metadata, with: ring, now: "2026-01-02T03:04:05Z")
        else { return }
        let opened = try await SOPS.decrypt(encrypted, format, with: ring)
        let plain = try opened.bytes().withExposed { $0 }
        if format == .yaml {
            let before = try YAML.read(bytes, keys: .asWritten).map(\.value)
            let after = try YAML.read(plain, keys: .asWritten).map(\.value)
            try require(after.count == before.count, "encrypted and decrypted, there are other documents")
        }
        // What was decrypted can be encrypted again, and then nothing changes any more.
        let again = try SOPS.encrypt(plain, format, replacing: opened, now: "2026-01-02T03:04:05Z")
        let second = try await SOPS.decrypt(again, format, with: ring).bytes().withExposed { $0 }
        try require(second == plain, "encrypted and decrypted twice, the file is another")
    }
}
