// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Foundation
import GRDB
import Journal
import Manifest
import Model

/// What was derived and need not be derived again, in one SQLite file of the state folder: rendered objects by the
/// key of their content, and what drivers observed. It may be lost at any time; everything in it is made anew.
package struct StateCache: Sendable {
    private let database: DatabaseQueue
    private let transactions: SharedTransactions
    let seal: CacheSeal
    /// Those of which some render may be kept.
    let units = KeptUnits()
    /// Those of whose objects something may have been observed.
    let observed = KeptUnits()

    /// Opens or makes the file, and beside it the key that seals what is kept. A file that cannot be read is thrown away:
    /// nothing in it is worth more than a start.
    package init(path: String) throws {
        do { seal = try CacheSeal(file: path + ".key") } catch {
            throw APIError(.unavailable, "\(Text(path)).key cannot be made: \(Text("\(error)"))")
        }
        do {
            database = try Self.open(path)
        } catch let error as DatabaseError {
            guard error.resultCode == .SQLITE_CORRUPT || error.resultCode == .SQLITE_NOTADB else {
                throw APIError(JournalError(sqlite: error, path: path))
            }
            for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
            database = try Self.open(path)
        }
        transactions = SharedTransactions(database)
        // What cannot be read is made anew.
        Self.note(units, of: database, "SELECT DISTINCT unit FROM render")
        Self.note(observed, of: database, Self.observedUnits)
    }

    private static func note(_ units: KeptUnits, of database: DatabaseQueue, _ question: String) {
        do {
            try database.read { database in
                let names = try String.fetchCursor(database, sql: question)
                while let name = try names.next() {
                    if let unit = UnitID(parsing: Text(name)) { units.note(unit) }
                }
            }
        } catch {
            units.noteUnknown()
        }
    }

    /// Without a transaction, whose statements would cost more than a look at a few rows: nothing writes in between, since
    /// this process writes through the same queue and the owner of the state folder is the only one who does.
    func read<Result: Sendable>(_ body: @escaping @Sendable (Database) throws -> Result) async throws -> Result {
        do { return try await database.unsafeRead(body) } catch { throw failure(error) }
    }

    func write(_ body: @escaping SharedTransactions.Work) async throws {
        do { try await transactions.write(body) } catch { throw failure(error) }
    }

    /// In words for people: a full disk is called so.
    private func failure(_ error: any Error) -> any Error {
        error is DatabaseError ? APIError(JournalError(sqlite: error, path: database.path)) : error
    }

    /// From one unit to the next, whatever lies between them: `DISTINCT` would read every row.
    private static let observedUnits = """
        WITH RECURSIVE next (unit) AS (
            SELECT min(unit) FROM observation
            UNION ALL SELECT (SELECT min(unit) FROM observation WHERE unit > next.unit) FROM next
            WHERE next.unit IS NOT NULL)
        SELECT unit FROM next WHERE unit IS NOT NULL
        """

    private static let schemaVersion = 6

    private static func open(_ path: String) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.label = "trimtab.cache"
        configuration.prepareDatabase { database in
            try database.execute(
                sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -1024")
        }
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        try queue.inDatabase { database in
            let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
            guard version != schemaVersion else { return }
            try database.execute(
                sql: """
                    PRAGMA secure_delete = ON;
                    DROP TABLE IF EXISTS object; DROP TABLE IF EXISTS content; DROP TABLE IF EXISTS render;
                    DROP TABLE IF EXISTS observation; DROP TABLE IF EXISTS memory;
                    CREATE TABLE content (
                        content BLOB PRIMARY KEY, count INTEGER NOT NULL, seal BLOB NOT NULL) WITHOUT ROWID;
                    CREATE TABLE object (
                        content BLOB NOT NULL, position INTEGER NOT NULL, key TEXT NOT NULL, apiVersion TEXT NOT NULL,
                        wave INTEGER NOT NULL, digest BLOB NOT NULL, origin TEXT NOT NULL, manifest BLOB NOT NULL,
                        blobs BLOB NOT NULL, seal BLOB NOT NULL, PRIMARY KEY (content, key)) WITHOUT ROWID;
                    CREATE TABLE render (
                        id INTEGER PRIMARY KEY, unit TEXT NOT NULL, recipe BLOB NOT NULL, request BLOB NOT NULL,
                        source BLOB NOT NULL, render BLOB NOT NULL, content BLOB NOT NULL, trace BLOB NOT NULL,
                        seal BLOB NOT NULL, UNIQUE (unit, request));
                    CREATE INDEX renderByContent ON render (content);
                    CREATE TABLE observation (
                        unit TEXT NOT NULL, key TEXT NOT NULL, data BLOB NOT NULL,
                        PRIMARY KEY (unit, key)) WITHOUT ROWID;
                    CREATE TABLE memory (
                        unit TEXT NOT NULL, part INTEGER NOT NULL, data BLOB NOT NULL, seal BLOB NOT NULL,
                        PRIMARY KEY (unit, part));
                    PRAGMA secure_delete = OFF;
                    PRAGMA user_version = \(schemaVersion);
                    """)
        }
        return queue
    }
}

extension Database {
    /// Compiling a statement costs more than running one of ours: each is compiled once.
    func run(_ sql: String, _ arguments: StatementArguments) throws {
        try cachedStatement(sql: sql).execute(arguments: arguments)
    }
}
