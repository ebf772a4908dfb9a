// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Foundation
import GRDB
package import Manifest
package import Model
package import Rendering

/// Which request of which unit led to which content, and what was read for it. Every row is sealed: one that was changed
/// by anybody else counts as not being there.
extension StateCache {
    /// One render that was done before.
    package struct KeptRender: Sendable {
        package var render: Digest
        /// What its objects are kept under.
        package var content: ContentKey
        package var trace: Trace
    }

    /// What is known of a render before it is done.
    package struct RenderKey: Sendable, Hashable {
        package var unit: UnitID
        /// What decides beside the tree: ``Renderers/recipe(for:)``.
        package var recipe: Digest
        /// The recipe and the tree; `nil` for a tree that has no identity.
        package var request: Digest?
        /// Whose tree it is; `nil` for one that has no commit.
        package var source: CommitID?

        package init(unit: UnitID, recipe: Digest, request: Digest?, source: CommitID? = nil) {
            self.unit = unit
            self.recipe = recipe
            self.request = request
            self.source = source
        }
    }

    /// `false` for a unit of which nothing was ever kept: nothing need be asked for, nor what it would be asked by be worked
    /// out.
    package func mayHoldRenders(of unit: UnitID) -> Bool { units.holds(unit) }

    /// What a request rendered to; `nil` when it was not rendered before.
    package func render(for key: RenderKey) async throws -> KeptRender? {
        guard let request = key.request else { return nil }
        return try await renders(
            "unit = ? AND request = ?", of: key.unit, [key.unit.description, Data(request.bytes)]
        ).first
    }

    /// The last few renders of a unit by one recipe, newest first.
    package func renders(like key: RenderKey) async throws -> [KeptRender] {
        try await renders(
            "unit = ? AND recipe = ? ORDER BY id DESC LIMIT ?",
            of: key.unit, [key.unit.description, Data(key.recipe.bytes), Self.tracesPerUnit])
    }

    /// What the objects of a render are kept under as they were read from a commit, whatever recipe led to them; `nil`
    /// when it is not known.
    package func content(of render: Digest, of unit: UnitID, from source: CommitID?) async throws -> ContentKey? {
        try await rows(
            "unit = ? AND render = ? AND source = ? ORDER BY id DESC LIMIT 1",
            of: unit, [unit.description, Data(render.bytes), Self.name(of: source)]
        ).first.flatMap { Digest(bytes: Array($0[4])) }.map { ContentKey(digest: $0) }
    }

    /// Empty for what has no commit.
    private static func name(of source: CommitID?) -> Data { Data((source?.hex ?? "").utf8) }

    private func renders(
        _ condition: String, of unit: UnitID, _ arguments: StatementArguments
    ) async throws -> [KeptRender] {
        try await rows(condition, of: unit, arguments).compactMap { fields in
            guard let render = Digest(bytes: Array(fields[3])), let content = Digest(bytes: Array(fields[4])),
                let trace = (try? JSON.read(Array(fields[5])))?.traceValue
            else { return nil }
            return KeptRender(render: render, content: ContentKey(digest: content), trace: trace)
        }
    }

    /// Recipe, request, source, render, content and trace of those that are as they were written.
    private func rows(
        _ condition: String, of unit: UnitID, _ arguments: StatementArguments
    ) async throws -> [[Data]] {
        // A unit of which nothing was ever kept costs no question.
        guard mayHoldRenders(of: unit) else { return [] }
        let sql = "SELECT recipe, request, source, render, content, trace, seal FROM render WHERE \(condition)"
        let rows = try await read { database in
            try Row.fetchAll(try database.cachedStatement(sql: sql), arguments: arguments)
                .map { row in (0..<7).map { row[$0] as Data } }
        }
        return rows.filter { fields in
            seal.holds(fields[6], "render", [Data(unit.description.utf8)] + fields[0..<6])
        }
    }

    /// A content to go back to, and the one that is left: more than the last two seldom come again.
    private static let tracesPerUnit = 3
    private static let requestsPerUnit = UnitRecord.historyLimit

    /// Keeps content; what is there already is not written again. Of a unit's requests the last few are kept.
    ///
    /// - Parameter trace: what was read for it.
    package func keep(
        _ objects: [DesiredObject], as render: Digest, for key: RenderKey, reading trace: Trace
    ) async throws {
        // A folder has no commit to know it by: its content is kept under what it renders to.
        let request = Data((key.request ?? render).bytes)
        let (unit, recipe, digest) = (key.unit.description, Data(key.recipe.bytes), Data(render.bytes))
        let (source, content) = (Self.name(of: key.source), ContentKey(objects, as: render))
        let place = Data(content.digest.bytes)
        let written = Data(JSON.write(Value(trace), style: .compact))
        let mark = seal.seal("render", [Data(unit.utf8), recipe, request, source, digest, place, written])
        // Nothing is in the place of the first, and nothing goes because of it.
        let isFirst = units.note(key.unit)
        try await write { [self] database in
            try insert(objects, as: content, database)
            let before =
                isFirst
                ? []
                : try Data.fetchAll(
                    try database.cachedStatement(
                        sql: "DELETE FROM render WHERE unit = ? AND request = ? RETURNING content"),
                    arguments: [unit, request])
            try database.run(
                """
                INSERT OR REPLACE INTO render (unit, recipe, request, source, render, content, trace, seal)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """,
                [unit, recipe, request, source, digest, place, written, mark])
            guard !isFirst else { return }
            let old = try Data.fetchAll(
                try database.cachedStatement(
                    sql: """
                        DELETE FROM render WHERE id IN (
                            SELECT id FROM render WHERE unit = ? ORDER BY id DESC LIMIT -1 OFFSET ?) RETURNING content
                        """), arguments: [unit, Self.requestsPerUnit])
            for content in before + old {
                let isUsed = try Bool.fetchOne(
                    try database.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM render WHERE content = ?)"),
                    arguments: [content])
                if isUsed != true { try Self.delete(content, database) }
            }
        }
    }
}
