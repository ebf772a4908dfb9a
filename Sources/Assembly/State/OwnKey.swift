// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Crypto
import Foundation
import Glibc

/// A random key of 32 bytes in a file of the state folder, made when it is not there.
enum OwnKey {
    private static let length = 32

    /// Reads the key, or makes it. One that others could have read or written is made anew.
    static func open(_ path: String) throws -> [UInt8] {
        if let key = read(path) { return key }
        let key = SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
        try write(key, to: path)
        return key
    }

    private static func read(_ path: String) -> [UInt8]? {
        let manager = FileManager.default
        guard let attributes = try? manager.attributesOfItem(atPath: path),
            attributes[.type] as? FileAttributeType == .typeRegular, attributes[.posixPermissions] as? Int == 0o600,
            attributes[.ownerAccountID] as? Int == Int(geteuid()), let key = manager.contents(atPath: path),
            key.count == length
        else { return nil }
        return Array(key)
    }

    private static func write(_ key: [UInt8], to path: String) throws {
        let draft = path + ".new"
        unlink(draft)
        let file = Glibc.open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        let written = Glibc.write(file, key, key.count)
        let code = errno
        close(file)
        guard written == key.count, rename(draft, path) == 0 else {
            throw POSIXError(POSIXErrorCode(rawValue: written == key.count ? errno : code) ?? .EIO)
        }
    }
}
