// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Crypto
import Foundation
import Glibc
import Manifest

/// Authenticates what lies in the cache (HMAC with SHA-256), by a key that only the owner of the state folder can read.
/// Whoever can write into the cache's file alone can make entries disappear, and nothing else.
struct CacheSeal: Sendable {
    private let key: SymmetricKey

    init(key: [UInt8]) { self.key = SymmetricKey(data: key) }

    /// Of fields in their order, each with its length before it.
    func seal(_ kind: StaticString, _ fields: [Data]) -> Data {
        var code = HMAC<SHA256>(key: key)
        code.update(data: Data("\(kind)\0".utf8))
        for field in fields {
            code.update(data: withUnsafeBytes(of: UInt64(field.count).littleEndian) { Data($0) })
            code.update(data: field)
        }
        return Data(code.finalize())
    }

    /// In constant time.
    func holds(_ seal: Data, _ kind: StaticString, _ fields: [Data]) -> Bool {
        let expected = self.seal(kind, fields)
        guard seal.count == expected.count else { return false }
        return zip(seal, expected).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}

extension CacheSeal {
    private static let keyLength = 32

    /// Reads the key, or makes it. One that others could have read or written is made anew, and all that it sealed is
    /// worth nothing any more.
    init(file path: String) throws {
        if let key = Self.read(path) {
            self.init(key: key)
            return
        }
        let key = SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
        try Self.write(key, to: path)
        self.init(key: key)
    }

    private static func read(_ path: String) -> [UInt8]? {
        let manager = FileManager.default
        guard let attributes = try? manager.attributesOfItem(atPath: path),
            attributes[.type] as? FileAttributeType == .typeRegular, attributes[.posixPermissions] as? Int == 0o600,
            attributes[.ownerAccountID] as? Int == Int(geteuid()), let key = manager.contents(atPath: path),
            key.count == keyLength
        else { return nil }
        return Array(key)
    }

    private static func write(_ key: [UInt8], to path: String) throws {
        let draft = path + ".new"
        unlink(draft)
        let file = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        let written = Glibc.write(file, key, key.count)
        let code = errno
        close(file)
        guard written == key.count, rename(draft, path) == 0 else {
            throw POSIXError(POSIXErrorCode(rawValue: written == key.count ? errno : code) ?? .EIO)
        }
    }
}
