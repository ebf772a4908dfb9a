// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Foundation
import GRDB
package import Manifest
package import Model
package import Rendering

/// Rendered content by its key. Each object is sealed with the content that it belongs to, and so is their number:
/// one that somebody took out must never look like one that was taken out of Git. What is confidential is encrypted.
extension StateCache {
    /// All objects of some content in their order, or those that are asked for; `nil` when it is not here, or is not
    /// what was put here.
    package func objects(of content: ContentKey, only ids: Set<ObjectID>?) async throws -> [DesiredObject]? {
        let key = Data(content.digest.bytes)
        let found = try await read { [seal] database in try Self.read(key, only: ids, database, seal) }
        switch found {
        case .objects(let objects): return objects
        case .nothing: return nil
        case .spoilt:
            // It is made anew, and then there must be room for it.
            try await write { database in try Self.delete(key, database) }
            return nil
        }
    }

    private enum Found {
        case objects([DesiredObject])
        case nothing, spoilt
    }

    private static func read(
        _ content: Data, only ids: Set<ObjectID>?, _ database: Database, _ seal: CacheSeal
    ) throws -> Found {
        guard
            let row = try Row.fetchOne(
                try database.cachedStatement(sql: "SELECT count, seal FROM content WHERE content = ?"),
                arguments: [content])
        else { return .nothing }
        let count = row[0] as Int
        guard seal.holds(row[1], "content", [content, Data("\(count)".utf8)]) else { return .spoilt }
        var objects: [DesiredObject] = []
        let columns = "SELECT key, apiVersion, wave, digest, origin, manifest, blobs, seal, position FROM object"
        if let ids, ids.count < 500 {
            for id in ids {
                let row = try Row.fetchOne(
                    try database.cachedStatement(sql: columns + " WHERE content = ? AND key = ?"),
                    arguments: [content, id.key.string])
                guard let row else { continue }
                guard let object = object(row, of: content, seal) else { return .spoilt }
                objects.append(object)
            }
            return objects.isEmpty && !ids.isEmpty ? .nothing : .objects(objects.sorted { $0.id < $1.id })
        }
        var placed: [(position: Int, object: DesiredObject)] = []
        placed.reserveCapacity(min(count, 1 << 20))
        var seen = 0
        // Ordered here: SQLite would sort whole rows, and write those of a large unit to a temporary file.
        let rows = try Row.fetchCursor(
            try database.cachedStatement(sql: columns + " WHERE content = ?"), arguments: [content])
        while let row = try rows.next() {
            guard let object = object(row, of: content, seal) else { return .spoilt }
            seen += 1
            if ids?.contains(object.id) ?? true { placed.append((row[8], object)) }
        }
        placed.sort { $0.position < $1.position }
        return seen == count ? .objects(placed.map(\.object)) : .spoilt
    }

    func insert(_ objects: [DesiredObject], as content: ContentKey, _ database: Database) throws {
        let key = Data(content.digest.bytes)
        let isKnown = try Bool.fetchOne(
            try database.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM content WHERE content = ?)"),
            arguments: [key])
        if isKnown == true { return }
        try Self.delete(key, database)
        let insert = try database.cachedStatement(sql: "INSERT INTO object VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        for (position, object) in objects.enumerated() {
            let fields = try Fields(object, seal)
            try insert.execute(arguments: [
                key, position, fields.key, fields.apiVersion, object.wave, fields.digest, fields.origin,
                fields.manifest, fields.blobs, seal.seal("object", fields.sealed(in: key, at: position)),
            ])
        }
        try database.run(
            "INSERT INTO content VALUES (?, ?, ?)",
            [key, objects.count, seal.seal("content", [key, Data("\(objects.count)".utf8)])])
    }

    static func delete(_ content: Data, _ database: Database) throws {
        try database.run("DELETE FROM object WHERE content = ?", [content])
        try database.run("DELETE FROM content WHERE content = ?", [content])
    }

    /// An object as it lies in its row.
    private struct Fields {
        var key: String
        var apiVersion: String
        var wave: Int
        var digest: Data
        var origin: String
        var manifest: Data
        var blobs: Data

        init(_ object: DesiredObject, _ seal: CacheSeal) throws {
            key = object.id.key.string
            apiVersion = object.apiVersion.string
            wave = object.wave
            digest = Data(object.digest.bytes)
            origin = object.origin.string
            let text = Data(JSON.write(object.manifest, style: .compact))
            manifest = object.manifest.isConfidential ? Self.encrypted + (try seal.encrypt(text)) : text
            blobs = Data(JSON.write(Value(blobs: object.blobs), style: .compact))
        }

        /// Stands before a manifest that is encrypted, and begins none that is not.
        private static let encrypted = Data([0])

        /// The manifest as it was written; `nil` when it cannot be had.
        func text(_ seal: CacheSeal) -> Data? {
            manifest.starts(with: Self.encrypted) ? seal.decrypt(manifest.dropFirst()) : manifest
        }

        init(_ row: Row) {
            key = row[0]
            apiVersion = row[1]
            wave = row[2]
            digest = row[3]
            origin = row[4]
            manifest = row[5]
            blobs = row[6]
        }

        func sealed(in content: Data, at position: Int) -> [Data] {
            [
                content, Data("\(position) \(wave)".utf8), Data(key.utf8), Data(apiVersion.utf8), digest,
                Data(origin.utf8), manifest, blobs,
            ]
        }
    }

    /// `nil` when the row is not as it was written.
    private static func object(_ row: Row, of content: Data, _ seal: CacheSeal) -> DesiredObject? {
        let fields = Fields(row)
        guard seal.holds(row[7], "object", fields.sealed(in: content, at: row[8])),
            let id = ObjectID(key: Text(fields.key)), let digest = Digest(bytes: Array(fields.digest)),
            let text = fields.text(seal), let manifest = try? JSON.read(Array(text)),
            let blobs = (try? JSON.read(Array(fields.blobs)))?.blobsValue
        else { return nil }
        // It was read when it was rendered.
        let hook: Hook? = if case .hook(let hook) = try? HookReading(manifest) { hook } else { nil }
        return DesiredObject(
            id: id, apiVersion: Text(fields.apiVersion), manifest: manifest, wave: fields.wave, blobs: blobs,
            origin: Text(fields.origin), digest: digest, hook: hook)
    }
}
