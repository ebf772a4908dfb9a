// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

/// The key and the newest checkpoint of a state folder: `journal.key`, `journal.checkpoint`.
///
/// A checkpoint that no longer fits the journal is not written over but moved aside, as
/// `journal.checkpoint.<incarnation>-<size>`, for whoever wants to know what was lost.
package struct CheckpointKeeper: Sendable {
    private let folder: String

    /// The folder must exist.
    package init(folder: String) { self.folder = folder }

    private var keyFile: String { folder + "/journal.key" }
    private var checkpointFile: String { folder + "/journal.checkpoint" }

    /// The checkpoint beside the journal; `nil` when there is none. Throws when it cannot be read or its signature
    /// does not fit.
    package func load() async throws(JournalError) -> Checkpoint? {
        let path = checkpointFile
        guard let bytes = try await onThread({ () throws(JournalError) in try SmallFile.read(path, limit: 4096) })
        else { return nil }
        let checkpoint: Checkpoint
        do { checkpoint = try Checkpoint(json: bytes, file: Text(path)) } catch {
            throw JournalError(.damaged, "\(error)")
        }
        guard checkpoint.isSigned() else { throw JournalError(.damaged, "the signature of \(path) is not valid") }
        return checkpoint
    }

    /// The public key, made at the first call together with the private one.
    package func publicKey() async throws(JournalError) -> [UInt8] {
        try await key().publicKey
    }

    func sign(
        writer: Text, incarnation: UInt32, head: Head?, time: Time
    ) async throws(JournalError) -> Checkpoint {
        try await key().checkpoint(writer: writer, incarnation: incarnation, head: head, time: time)
    }

    func save(_ checkpoint: Checkpoint, settingAside: Bool) async throws(JournalError) {
        let path = checkpointFile
        let aside = settingAside ? try await asidePath() : nil
        try await onThread { () throws(JournalError) in
            if let aside { try SmallFile.move(path, to: aside) }
            try SmallFile.write(checkpoint.json, to: path)
        }
    }

    private func asidePath() async throws(JournalError) -> String? {
        let path = checkpointFile
        return try await onThread { () throws(JournalError) in
            guard try SmallFile.exists(path) else { return nil }
            guard let bytes = try? SmallFile.read(path, limit: 4096),
                let old = try? Checkpoint(json: bytes, file: "")
            else { return path + ".unreadable" }
            return "\(path).\(old.incarnation)-\(old.size)"
        }
    }

    private func key() async throws(JournalError) -> SigningKey {
        let path = keyFile
        return try await onThread { () throws(JournalError) in
            if let bytes = try SmallFile.read(path, limit: 32) {
                guard let key = SigningKey(seed: bytes) else {
                    throw JournalError(
                        .damaged, "\(path) is no key",
                        advice: "move it away: a new key is made, and checkpoints of the old one stay valid")
                }
                return key
            }
            let key = SigningKey()
            try key.seed.withExposed { seed throws(JournalError) in try SmallFile.write(seed, to: path) }
            return key
        }
    }
}
