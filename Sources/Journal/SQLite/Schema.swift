// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import GRDB
import Manifest

/// The tables of a journal, version 1. The labels of an event are repeated in columns for filters; verification
/// compares them with the header.
enum Schema {
    /// "TrmJ", in the file's header: says that an SQLite file is a journal.
    static let applicationID: Int64 = 0x5472_6D4A
    static let version: Int64 = 1

    private static let statements = [
        """
        CREATE TABLE identity (only INTEGER PRIMARY KEY CHECK (only = 1), writer TEXT NOT NULL) STRICT
        """,
        """
        CREATE TABLE event (sequence INTEGER PRIMARY KEY, time INTEGER NOT NULL, kind TEXT NOT NULL, unit TEXT, \
        source TEXT, header BLOB NOT NULL, hash BLOB NOT NULL, salt BLOB, payload BLOB) STRICT
        """,
        "CREATE INDEX event_by_time ON event (time)",
        "CREATE INDEX event_by_kind ON event (kind)",
        "CREATE INDEX event_by_unit ON event (unit) WHERE unit IS NOT NULL",
        "CREATE INDEX event_by_source ON event (source) WHERE source IS NOT NULL",
        """
        CREATE TABLE snapshot (fold TEXT PRIMARY KEY, version INTEGER NOT NULL, sequence INTEGER NOT NULL, \
        hash BLOB NOT NULL, digest BLOB NOT NULL, state BLOB NOT NULL) STRICT
        """,
    ]

    /// Whether the file is as SQLite makes one: to become a journal, or the rest of a creation that was killed.
    static func isBlank(_ db: Database) throws -> Bool {
        try number(db, "PRAGMA application_id") == 0 && number(db, "SELECT count(*) FROM sqlite_schema") == 0
    }

    static func create(_ db: Database, writer: Text) throws {
        try db.execute(sql: "PRAGMA journal_mode = WAL")
        try db.inTransaction(.immediate) {
            for statement in statements { try db.execute(sql: statement) }
            try db.execute(sql: "PRAGMA application_id = \(applicationID)")
            try db.execute(sql: "PRAGMA user_version = \(version)")
            try db.execute(sql: "INSERT INTO identity VALUES (1, ?)", arguments: [writer.string])
            return .commit
        }
    }

    /// Throws unless the file is a journal that this version can read, with no table, index or trigger changed or
    /// added.
    static func check(_ db: Database, path: String) throws {
        guard try number(db, "PRAGMA application_id") == applicationID else {
            throw JournalError(.notAJournal, "\(path) is a database, but no journal")
        }
        let found = try number(db, "PRAGMA user_version")
        guard found <= version else {
            throw JournalError(
                .newerFormat, "\(path) was written by a later version of Trimtab (format \(found))",
                advice: "use that version")
        }
        let tables = try String.fetchSet(db, sql: "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL")
        guard tables == Set(statements) else {
            throw JournalError(
                .damaged, "the tables of \(path) are not those of a journal", advice: "restore it from a backup")
        }
    }

    static func writer(_ db: Database, path: String) throws -> Text {
        guard let value = try DatabaseValue.fetchOne(db, sql: "SELECT writer FROM identity"),
            case .string(let string) = value.storage, WriterID.isValid(Text(string))
        else {
            throw JournalError(.damaged, "\(path) does not say whose journal it is", advice: "restore it from a backup")
        }
        return Text(string)
    }

    /// 0 for anything that is no number.
    private static func number(_ db: Database, _ sql: String) throws -> Int64 {
        guard case .int64(let number) = try DatabaseValue.fetchOne(db, sql: sql)?.storage else { return 0 }
        return number
    }
}
