// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import GRDB
import GRDBSQLite
package import Manifest
import Synchronization

/// A journal in one SQLite file, in WAL mode. All of SQLite runs on one dispatch queue of its own.
///
/// Opening an existing journal changes no file of it, and neither does closing it when nothing was appended. The `-wal`
/// and `-shm` files stay beside it; after a clean close the former is empty.
package final class SQLiteJournalStore: JournalStore {
    package enum Access: Sendable, Hashable {
        /// Makes the journal when there is none, with this writer id.
        case write(newWriter: Text)
        /// For audits: works beside a running writer, and on a file system that nobody can write.
        case read
    }

    package let writer: Text
    let queue: DatabaseQueue
    /// Whether something was written that a close has to bring from the WAL into the file.
    let hasWritten = Mutex(false)
    /// How SQLite syncs now; `nil` before it was told. Whoever tells it does so by ``sync(as:_:)``.
    private let syncing = Mutex<Durability?>(nil)
    /// About so many bytes lie in the WAL that are not in the file yet.
    private let unmerged = Mutex(0)
    /// Whether older copies of what was erased may lie in the WAL.
    private let isCutDue = Mutex(false)
    /// Whoever appends waits for a merge: so many small ones rather than few that take half a second.
    private static let mergeAt = 1 << 20
    /// Milliseconds for which one waits for another who uses the file.
    private static let patience: CInt = 5000

    package static func open(path: String, access: Access) async throws(JournalError) -> SQLiteJournalStore {
        try await onThread { () throws(JournalError) in
            do {
                return try SQLiteJournalStore(path: path, access: access)
            } catch {
                throw JournalError(sqlite: error, path: path)
            }
        }
    }

    private init(path: String, access: Access) throws {
        switch access {
        case .read:
            guard try SmallFile.exists(path) else {
                throw JournalError(.missing, "there is no journal at \(path)")
            }
            queue = try Self.openReading(path)
        case .write:
            if try !SmallFile.exists(path) { try SmallFile.create(path) }
            queue = try DatabaseQueue(path: path, configuration: Self.configuration(readonly: false))
        }
        writer = try queue.inDatabase { db in
            if case .write(let newWriter) = access, try Schema.isBlank(db) {
                try Schema.create(db, writer: newWriter)
            }
            try Schema.check(db, path: path)
            return try Schema.writer(db, path: path)
        }
    }

    private static func openReading(_ path: String) throws -> DatabaseQueue {
        do {
            return try DatabaseQueue(path: path, configuration: configuration(readonly: true))
        } catch let error as DatabaseError {
            // Nobody can make the files that readers of a WAL share. Without a WAL there is nothing to share.
            let isUnwritable = [.SQLITE_CANTOPEN, .SQLITE_READONLY].contains(error.resultCode)
            guard isUnwritable, try SmallFile.isEmpty(path + "-wal") else { throw error }
            let escaped = path.utf8.map { byte in
                switch byte {
                case UInt8(ascii: "?"), UInt8(ascii: "#"), UInt8(ascii: "%"), 0x80...: "%" + Hex.encode([byte])
                default: String(UnicodeScalar(byte))
                }
            }
            return try DatabaseQueue(
                path: "file:\(escaped.joined())?immutable=1", configuration: configuration(readonly: true))
        }
    }

    private static func configuration(readonly: Bool) -> Configuration {
        var configuration = Configuration()
        configuration.label = "journal"
        configuration.readonly = readonly
        configuration.foreignKeysEnabled = false
        configuration.busyMode = .timeout(Double(patience) / 1000)
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA trusted_schema = OFF")
            try db.execute(sql: "PRAGMA cell_size_check = ON")
            // Kibibytes: what is appended and looked up lies close together.
            try db.execute(sql: "PRAGMA cache_size = -512")
            guard !readonly else { return }
            // An erased payload is overwritten with zeros.
            try db.execute(sql: "PRAGMA secure_delete = ON")
            // The WAL stays when the last connection closes: no file is made or removed by a start without news.
            // Nor does SQLite decide when the WAL is merged into the file: not while somebody waits to act.
            try db.execute(sql: "PRAGMA wal_autocheckpoint = 0")
            var keep: CInt = 1
            sqlite3_file_control(db.sqliteConnection, nil, SQLITE_FCNTL_PERSIST_WAL, &keep)
        }
        return configuration
    }

    package func append(_ batch: Batch) async throws(JournalError) {
        guard !batch.records.isEmpty || batch.erasure != nil else {
            // What relaxed transactions wrote lies in the WAL. SQLite holds no lock on that file which closing it could
            // lose.
            let wal = queue.path + "-wal"
            if batch.durability == .full { try await perform { _ in try SmallFile.sync(wal) } }
            return
        }
        hasWritten.withLock { $0 = true }
        let isMerged = isMergeDue(after: batch)
        try await perform { [self] db in
            try sync(as: batch.durability, db)
            try db.inTransaction(.immediate) {
                if let first = batch.records.first { try Head.check(first, follows: Rows.head(db)) }
                for record in batch.records { try Rows.insert(record, db) }
                if let erasure = batch.erasure { try Rows.erase(erasure, db) }
                return .commit
            }
            if batch.erasure != nil { isCutDue.withLock { $0 = true } }
            if !batch.precedesAct, isCutDue.withLock({ $0 }) { cut(db) }
            // Best effort: whoever reads just now keeps it for the next time.
            if isMerged { _ = try? db.checkpoint(.passive) }
        }
    }

    /// Takes the WAL away, with what it holds of erased payloads. Whoever reads just now keeps it for a later batch: what
    /// was written is written, and nobody who appends waits for a reader.
    private func cut(_ db: Database) {
        sqlite3_busy_timeout(db.sqliteConnection, 0)
        defer { sqlite3_busy_timeout(db.sqliteConnection, Self.patience) }
        guard (try? db.checkpoint(.truncate)) != nil else { return }
        isCutDue.withLock { $0 = false }
    }

    func sync(as durability: Durability, _ db: Database) throws {
        guard syncing.withLock({ $0 }) != durability else { return }
        try db.execute(sql: "PRAGMA synchronous = \(durability == .full ? "FULL" : "NORMAL")")
        syncing.withLock { $0 = durability }
    }

    /// Counts what a batch adds to the WAL: its own bytes, and a page of each index.
    private func isMergeDue(after batch: Batch) -> Bool {
        let bytes = batch.records.reduce(6 * 4096) { sum, record in
            sum + record.header.count + (record.payload?.bytes.count ?? 0) + 256
        }
        return unmerged.withLock { unmerged in
            unmerged += bytes
            guard unmerged >= Self.mergeAt, !batch.precedesAct else { return false }
            unmerged = 0
            return true
        }
    }

    package func close() async throws(JournalError) {
        let hasWritten = hasWritten.withLock { $0 }
        let queue = queue
        // Best effort: what stays in the WAL is found there, and who closes twice closes once.
        if hasWritten { _ = try? await perform { db in try db.checkpoint(.truncate) } }
        try await onThread { () throws(JournalError) in
            do { try queue.close() } catch { throw JournalError(sqlite: error, path: queue.path) }
        }
    }

    /// Runs on SQLite's queue, to its end even when the task is cancelled.
    func perform<Result: Sendable>(
        _ work: @escaping @Sendable (Database) throws -> Result
    ) async throws(JournalError) -> Result {
        let path = queue.path
        let result: Swift.Result<Result, JournalError> = await withCheckedContinuation { continuation in
            queue.asyncWriteWithoutTransaction { db in
                let result = Swift.Result {
                    // Some of GRDB's calls would go on with no connection at all.
                    guard db.sqliteConnection != nil else { throw JournalError.closed }
                    return try work(db)
                }
                continuation.resume(returning: result.mapError { JournalError(sqlite: $0, path: path) })
            }
        }
        return try result.get()
    }
}
