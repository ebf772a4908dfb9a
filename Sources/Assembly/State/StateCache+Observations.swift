// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Foundation
import GRDB
package import Manifest
package import Model

/// What drivers observed of each object, and what they remember of whole units. The latter stands in for content, so it
/// is sealed as content is.
extension StateCache: ObservationStore {
    package func observations(of unit: UnitID, only ids: Set<ObjectID>?) async throws -> [ObjectID: [UInt8]] {
        // A unit of which nothing was ever observed costs no question.
        guard observed.holds(unit) else { return [:] }
        return try await read { database in
            var found: [ObjectID: [UInt8]] = [:]
            if let ids {
                let statement = try database.cachedStatement(
                    sql: "SELECT data FROM observation WHERE unit = ? AND key = ?")
                for id in ids {
                    let arguments: StatementArguments = [unit.description, id.key.string]
                    found[id] = try Data.fetchOne(statement, arguments: arguments).map { Array($0) }
                }
                return found
            }
            let rows = try Row.fetchCursor(
                try database.cachedStatement(sql: "SELECT key, data FROM observation WHERE unit = ?"),
                arguments: [unit.description])
            while let row = try rows.next() {
                if let id = ObjectID(key: Text(row[0] as String)) { found[id] = Array(row[1] as Data) }
            }
            return found
        }
    }

    package func record(_ observations: [ObjectID: [UInt8]?], of unit: UnitID) async throws {
        guard !observations.isEmpty else { return }
        observed.note(unit)
        try await write { database in
            let insert = try database.cachedStatement(
                sql: "INSERT OR REPLACE INTO observation (unit, key, data) VALUES (?, ?, ?)")
            let delete = try database.cachedStatement(
                sql: "DELETE FROM observation WHERE unit = ? AND key = ?")
            for (id, data) in observations {
                if let data {
                    try insert.execute(arguments: [unit.description, id.key.string, Data(data)])
                } else {
                    try delete.execute(arguments: [unit.description, id.key.string])
                }
            }
        }
    }

    package func memory(of unit: UnitID, part: Int) async throws -> [UInt8]? {
        let name = unit.description
        return try await read { [seal] database in
            let row = try Row.fetchOne(
                try database.cachedStatement(sql: "SELECT data, seal FROM memory WHERE unit = ? AND part = ?"),
                arguments: [name, part])
            guard let row else { return nil }
            let data = row[0] as Data
            return seal.holds(row[1], "memory", Self.sealed(data, as: part, of: name)) ? Array(data) : nil
        }
    }

    package func keep(_ parts: [[UInt8]], of unit: UnitID) async throws {
        try await write { [self] database in
            try database.run("DELETE FROM memory WHERE unit = ?", [unit.description])
            for (part, bytes) in parts.enumerated() { try keep(bytes, asPart: part, of: unit, database) }
        }
    }

    package func keep(_ memory: [UInt8], asPart part: Int, of unit: UnitID) async throws {
        try await write { [self] database in try keep(memory, asPart: part, of: unit, database) }
    }

    private func keep(_ memory: [UInt8], asPart part: Int, of unit: UnitID, _ database: Database) throws {
        let (name, data) = (unit.description, Data(memory))
        try database.run(
            "INSERT OR REPLACE INTO memory (unit, part, data, seal) VALUES (?, ?, ?, ?)",
            [name, part, data, seal.seal("memory", Self.sealed(data, as: part, of: name))])
    }

    private static func sealed(_ data: Data, as part: Int, of unit: String) -> [Data] {
        [Data(unit.utf8), Data("\(part)".utf8), data]
    }
}
