// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Foundation
import GRDB
package import Manifest
package import Model
package import Rendering

/// Rendered content by its digest, and which request led to which content.
extension StateCache {
    /// The digest of what a request rendered to; `nil` when it was not rendered before.
    package func render(for request: Digest, of unit: UnitID) async throws -> Digest? {
        try await read { database in
            let found = try Data.fetchOne(
                database, sql: "SELECT render FROM render WHERE unit = ? AND request = ?",
                arguments: [unit.description, Data(request.bytes)])
            return found.flatMap { Digest(bytes: Array($0)) }
        }
    }

    /// All objects of some content in their order, or those that are asked for; `nil` when it is not here.
    package func objects(of render: Digest, only ids: Set<ObjectID>?) async throws -> [DesiredObject]? {
        let digest = Data(render.bytes)
        return try await read { database in
            var objects: [DesiredObject] = []
            let columns = "SELECT key, apiVersion, wave, digest, origin, manifest, blobs FROM object WHERE render = ?"
            if let ids, ids.count < 500 {
                for id in ids {
                    let row = try Row.fetchOne(
                        database, sql: columns + " AND key = ?", arguments: [digest, id.key.string])
                    if let object = try row.flatMap(Self.object) { objects.append(object) }
                }
                return objects.isEmpty && !ids.isEmpty ? nil : objects.sorted { $0.id < $1.id }
            }
            let rows = try Row.fetchCursor(database, sql: columns + " ORDER BY position", arguments: [digest])
            while let row = try rows.next() {
                guard let object = try Self.object(row) else { return nil }
                if ids?.contains(object.id) ?? true { objects.append(object) }
            }
            return objects.isEmpty ? nil : objects
        }
    }

    /// What the last few renders of a unit from one place read, newest first, and what they gave.
    package func traces(of unit: UnitID, from place: Text) async throws -> [(trace: Trace, render: Digest)] {
        let rows = try await read { database in
            try Row.fetchAll(
                database,
                sql: "SELECT trace, render FROM render WHERE unit = ? AND place = ? ORDER BY used DESC LIMIT ?",
                arguments: [unit.description, place.string, Self.tracesPerUnit]
            ).map { (trace: $0[0] as Data, render: $0[1] as Data) }
        }
        return rows.compactMap { row in
            guard let trace = (try? JSON.read(Array(row.trace)))?.traceValue,
                let render = Digest(bytes: Array(row.render))
            else { return nil }
            return (trace, render)
        }
    }

    /// A content to go back to, and the one that is left: more than the last two seldom come again.
    private static let tracesPerUnit = 3

    /// Keeps content; what is there already is not written again. Of a unit's requests the last few are kept.
    ///
    /// - Parameters:
    ///   - place: where in its source the content was rendered from.
    ///   - trace: what was read for it.
    package func keep(
        _ objects: [DesiredObject], as render: Digest, for request: Digest, of unit: UnitID, from place: Text,
        reading trace: Trace
    ) async throws {
        let digest = Data(render.bytes)
        try await write { database in
            let isKnown = try Bool.fetchOne(
                database, sql: "SELECT EXISTS (SELECT 1 FROM object WHERE render = ?)", arguments: [digest])
            if isKnown != true {
                let insert = try database.makeStatement(
                    sql: "INSERT INTO object VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
                for (position, object) in objects.enumerated() {
                    try insert.execute(arguments: [
                        digest, position, object.id.key.string, object.apiVersion.string, object.wave,
                        Data(object.digest.bytes), object.origin.string,
                        Data(JSON.write(object.manifest, style: .compact)),
                        Data(JSON.write(Value(blobs: object.blobs), style: .compact)),
                    ])
                }
            }
            let next = try Int.fetchOne(database, sql: "SELECT COALESCE(MAX(used), 0) + 1 FROM render") ?? 1
            try database.execute(
                sql: "INSERT OR REPLACE INTO render VALUES (?, ?, ?, ?, ?, ?)",
                arguments: [
                    unit.description, Data(request.bytes), digest, next, place.string,
                    Data(JSON.write(Value(trace), style: .compact)),
                ])
            try database.execute(
                sql: """
                    DELETE FROM render WHERE unit = ?1 AND request NOT IN (
                        SELECT request FROM render WHERE unit = ?1 ORDER BY used DESC LIMIT ?2)
                    """, arguments: [unit.description, Self.requestsPerUnit])
            try database.execute(sql: "DELETE FROM object WHERE render NOT IN (SELECT render FROM render)")
        }
    }

    private static let requestsPerUnit = UnitRecord.historyLimit

    /// `nil` when the row is damaged, which counts as not being there.
    private static func object(_ row: Row) throws -> DesiredObject? {
        guard let id = ObjectID(key: Text(row[0] as String)), let digest = Digest(bytes: Array(row[3] as Data)),
            let manifest = try? JSON.read(Array(row[5] as Data)),
            let blobs = (try? JSON.read(Array(row[6] as Data)))?.blobsValue
        else { return nil }
        return DesiredObject(
            id: id, apiVersion: Text(row[1] as String), manifest: manifest, wave: row[2], blobs: blobs,
            origin: Text(row[4] as String), digest: digest)
    }
}
