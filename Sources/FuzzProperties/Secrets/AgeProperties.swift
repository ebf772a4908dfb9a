// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Age
import Manifest

/// A file of age is opened, or refused with a reason. Never by a key that it is not encrypted to.
enum AgeProperties {
    static func check(_ bytes: [UInt8]) throws {
        let identity = try Identity.generate()
        let stranger = try? Age.decrypt(bytes, with: [identity])
        try require(stranger == nil, "a key that was just made opens a file")
        // What we write is read, whatever it holds.
        let file = try Age.encrypt(bytes, to: [identity.recipient], armored: bytes.count.isMultiple(of: 2))
        let plain = try Age.decrypt(file, with: [identity]).withExposed { $0 }
        try require(plain == bytes, "encrypted and decrypted, the bytes are others")
        checkKeys(bytes)
    }

    /// Keys are text of strangers, too.
    private static func checkKeys(_ bytes: [UInt8]) {
        _ = try? KeyFile.identities(bytes)
        _ = try? KeyFile.recipients(bytes)
    }
}
