// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import GRDB
import Manifest
import Model

/// Records to rows and back. A damaged file may hold anything in any column: nothing is assumed of a value's type.
enum Rows {
    private static let columns = "sequence, time, kind, unit, source, header, hash, salt, payload"

    static func insert(_ record: Record, _ db: Database) throws {
        let label = record.label
        guard let sequence = Int64(exactly: label.sequence) else {
            throw JournalError(.invalidEvent, "the journal is full")
        }
        let statement = try db.cachedStatement(sql: "INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
        try statement.execute(arguments: [
            sequence, label.time.nanoseconds, label.kind.string, label.unit?.string, label.source?.string,
            Data(record.header), Data(record.hash.bytes), record.payload.map { Data($0.salt) },
            record.payload.map { Data($0.bytes) },
        ])
    }

    static func head(_ db: Database) throws -> Head? {
        let query = RecordQuery(order: .newestFirst, limit: 1)
        return try records(matching: query, db).first.map { try Head(of: $0) }
    }

    static func erase(_ erasure: Erasure, _ db: Database) throws {
        let clear = "UPDATE event SET salt = NULL, payload = NULL WHERE payload IS NOT NULL AND sequence "
        if erasure.through > 0 {
            try db.execute(sql: clear + "<= ?", arguments: [Int64(clamping: erasure.through)])
        }
        for sequence in erasure.sequences {
            try db.execute(sql: clear + "= ?", arguments: [Int64(clamping: sequence)])
        }
    }

    static func records(matching query: RecordQuery, _ db: Database) throws -> [Record] {
        let (sql, arguments) = statement(for: query)
        var records: [Record] = []
        let cursor = try Row.fetchCursor(try db.cachedStatement(sql: sql), arguments: arguments)
        while let row = try cursor.next() { records.append(try record(row)) }
        return records
    }

    /// So few kinds are looked up one by one.
    private static let fewKinds = 2...8

    /// How records are found. A journal is long: what is seldom in it must not be looked for in all of it.
    static func statement(for query: RecordQuery) -> (sql: String, arguments: StatementArguments) {
        let kinds = query.kinds.sorted().map(\.string)
        let isOfKindsAlone = query.unit == nil && query.source == nil && query.since == nil && query.until == nil
        return isOfKindsAlone && fewKinds.contains(kinds.count)
            ? statement(for: kinds, of: query) : statement(walking: query, kinds)
    }

    private static func statement(
        walking query: RecordQuery, _ kinds: [String]
    ) -> (sql: String, arguments: StatementArguments) {
        var conditions = ["sequence > ?"]
        var arguments: StatementArguments = [Int64(clamping: query.after)]
        func add(_ condition: String, _ value: (any DatabaseValueConvertible)?) {
            guard let value else { return }
            conditions.append(condition)
            arguments += [value]
        }
        add("sequence < ?", query.before.map { Int64(clamping: $0) })
        add("unit = ?", query.unit?.string)
        add("source = ?", query.source?.string)
        add("time >= ?", query.since?.nanoseconds)
        add("time < ?", query.until?.nanoseconds)
        if !kinds.isEmpty {
            // One kind is looked up; for several, walking the sequence is the better bet, which the plus asks for.
            let marks = kinds.map { _ in "?" }.joined(separator: ", ")
            conditions.append("\(kinds.count == 1 ? "" : "+")kind IN (\(marks))")
            arguments += StatementArguments(kinds)
        }
        arguments += [Int64(max(0, query.limit))]
        return (
            "SELECT \(columns) FROM event WHERE \(conditions.joined(separator: " AND ")) \(order(of: query))", arguments
        )
    }

    /// The index of kinds has each kind's events in their order: of each kind so many as are wanted are looked at, which
    /// is nothing for those that are not there, and no row that is not wanted is read.
    private static func statement(
        for kinds: [String], of query: RecordQuery
    ) -> (sql: String, arguments: StatementArguments) {
        let bounds = query.before == nil ? "sequence > ?" : "sequence > ? AND sequence < ?"
        let one =
            "SELECT * FROM (SELECT sequence FROM event WHERE kind = ? AND \(bounds) \(order(of: query)))"
        var arguments: StatementArguments = []
        for kind in kinds {
            arguments += [kind, Int64(clamping: query.after)]
            if let before = query.before { arguments += [Int64(clamping: before)] }
            arguments += [Int64(max(0, query.limit))]
        }
        arguments += [Int64(max(0, query.limit))]
        let places = kinds.map { _ in one }.joined(separator: " UNION ALL ")
        return ("SELECT \(columns) FROM event WHERE sequence IN (\(places)) \(order(of: query))", arguments)
    }

    private static func order(of query: RecordQuery) -> String {
        "ORDER BY sequence \(query.order == .newestFirst ? "DESC" : "ASC") LIMIT ?"
    }

    private static func record(_ row: Row) throws -> Record {
        guard let sequence = row.integer(0).flatMap({ UInt64(exactly: $0) }) else {
            throw JournalError(.damaged, "an event of the journal has no place", advice: JournalError.auditAdvice)
        }
        func check<Field>(_ field: Field?, _ name: String) throws -> Field {
            guard let field else { throw JournalError.damaged(event: sequence, "its \(name) is missing or no \(name)") }
            return field
        }
        let label = Record.Label(
            sequence: sequence, time: Time(nanoseconds: try check(row.integer(1), "time")),
            kind: try check(row.text(2), "kind"), unit: row.text(3), source: row.text(4))
        let hash = try check(row.bytes(6).flatMap { Digest(bytes: $0) }, "hash")
        // One without the other counts as a changed payload.
        let salt = row.bytes(7)
        let bytes = row.bytes(8)
        let isErased = salt == nil && bytes == nil
        return Record(
            label: label, header: try check(row.bytes(5), "header"), hash: hash,
            payload: isErased ? nil : SealedPayload(salt: salt ?? [], bytes: bytes ?? []))
    }

    static func snapshot(of fold: Text, _ db: Database) throws -> Snapshot? {
        let sql = "SELECT version, sequence, hash, digest, state FROM snapshot WHERE fold = ?"
        guard let row = try Row.fetchOne(db, sql: sql, arguments: [fold.string]),
            let version = row.integer(0).flatMap({ Int(exactly: $0) }),
            let sequence = row.integer(1).flatMap({ UInt64(exactly: $0) }),
            let hash = row.bytes(2).flatMap({ Digest(bytes: $0) }), let digest = row.bytes(3),
            let state = row.bytes(4), Digest(of: state).bytes == digest
        else { return nil }
        return Snapshot(fold: fold, version: version, sequence: sequence, hash: hash, state: state)
    }

    static func save(_ snapshot: Snapshot, _ db: Database) throws {
        try db.execute(
            sql: "INSERT OR REPLACE INTO snapshot VALUES (?, ?, ?, ?, ?, ?)",
            arguments: [
                snapshot.fold.string, snapshot.version, Int64(clamping: snapshot.sequence), Data(snapshot.hash.bytes),
                Data(Digest(of: snapshot.state).bytes), Data(snapshot.state),
            ])
    }
}

extension Row {
    fileprivate func integer(_ index: Int) -> Int64? {
        guard case .int64(let value) = (self[index] as DatabaseValue).storage else { return nil }
        return value
    }

    fileprivate func text(_ index: Int) -> Text? {
        guard case .string(let value) = (self[index] as DatabaseValue).storage else { return nil }
        return Text(value)
    }

    fileprivate func bytes(_ index: Int) -> [UInt8]? {
        guard case .blob(let value) = (self[index] as DatabaseValue).storage else { return nil }
        return Array(value)
    }
}
