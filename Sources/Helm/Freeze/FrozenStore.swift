// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Crypto
import Foundation
import Glibc
import Manifest
import Synchronization
package import SystemPackage

/// The frozen values of all releases, in a folder: one file for each, encrypted with a key that lies beside them.
///
/// What cannot be read is never made anew: new passwords in the place of old ones would lock applications out of their
/// databases.
package final class FrozenStore: Sendable {
    private let folder: FilePath
    /// Two renders of one release may freeze at one time. Taken on threads that may block only.
    private let lock = Mutex(())

    /// - Parameter folder: made when something is frozen for the first time.
    package init(folder: FilePath) { self.folder = folder }

    func fields(of scope: Text) async throws(HelmError) -> FrozenFields {
        let file = FrozenFile(folder, scope)
        return try await BlockingWork.run { () throws(HelmError) in try file.read() }
    }

    /// What keyed hashes of frozen values are made with; `nil` while nothing is frozen.
    func fingerprintKey() async throws(HelmError) -> Secret<[UInt8]>? {
        let file = FrozenFile(folder, "")
        return try await BlockingWork.run { () throws(HelmError) in try file.fingerprintKey() }
    }

    /// Adds what is new; what is there already stays.
    ///
    /// - Returns: all that is frozen now. It is on the disk.
    func keep(_ new: FrozenFields, of scope: Text) async throws(HelmError) -> FrozenFields {
        let file = FrozenFile(folder, scope)
        return try await BlockingWork.run { [self] () throws(HelmError) in
            try lock.withLock { _ throws(HelmError) in
                var all = try file.read()
                all.add(new)
                try file.write(all)
                return all
            }
        }
    }
}

/// The file of one release. Every call blocks.
private struct FrozenFile: Sendable {
    private let folder: FilePath
    private let scope: Text
    private let file: FilePath

    init(_ folder: FilePath, _ scope: Text) {
        self.folder = folder
        self.scope = scope
        file = folder.appending(Digest(of: scope.utf8).hex)
    }

    func read() throws(HelmError) -> FrozenFields {
        guard let sealed = try SmallFile.read(file) else { return FrozenFields() }
        guard let key = try key(making: false) else { throw unreadable("the key \(keyFile) is not there") }
        // The scope is part of what is authenticated: one release's file in the place of another's does not open.
        guard let box = try? AES.GCM.SealedBox(combined: sealed),
            let plain = try? AES.GCM.open(box, using: key, authenticating: Array(scope.utf8))
        else { throw unreadable("it was damaged, or encrypted with another key") }
        guard let value = try? JSON.read(Array(plain)), let fields = FrozenFields(value) else {
            throw unreadable("another version of trimtab has written it")
        }
        return fields
    }

    func write(_ fields: FrozenFields) throws(HelmError) {
        guard let key = try key(making: true) else { throw unreadable("there is no key") }
        let plain = JSON.write(fields.value)
        guard let sealed = try? AES.GCM.seal(plain, using: key, authenticating: Array(scope.utf8)).combined else {
            throw unreadable("it cannot be encrypted")
        }
        try SmallFile.write(Array(sealed), to: file)
    }

    func fingerprintKey() throws(HelmError) -> Secret<[UInt8]>? {
        guard let key = try key(making: false) else { return nil }
        let derived = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: key, info: Array("trimtab fingerprint".utf8), outputByteCount: 32)
        return derived.withUnsafeBytes { Secret(Array($0)) }
    }

    private var keyFile: FilePath { folder.appending("key") }

    private func key(making: Bool) throws(HelmError) -> SymmetricKey? {
        if let bytes = try SmallFile.readPrivate(keyFile) {
            guard bytes.count == 32 else { throw unreadable("\(keyFile) is no key") }
            return SymmetricKey(data: bytes)
        }
        guard making else { return nil }
        try SmallFile.makeFolder(folder)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.string)) ?? []
        guard names.allSatisfy({ $0.hasSuffix(".new") }) else { throw unreadable("the key \(keyFile) is not there") }
        let key = SymmetricKey(size: .bits256)
        try SmallFile.write(key.withUnsafeBytes { Array($0) }, to: keyFile)
        return key
    }

    private func unreadable(_ reason: String) -> HelmError {
        .refused(
            "the frozen values of \(scope) cannot be read: \(reason)",
            advice: "bring back \(folder) from a backup; removing \(file) makes new values")
    }
}
