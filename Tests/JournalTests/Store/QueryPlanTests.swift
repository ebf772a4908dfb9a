// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import GRDB
import Manifest
import Model
import TestSupport
import Testing

@testable import Journal

/// How SQLite finds what is asked for: what is seldom in a long journal is not looked for in all of it.
@Suite struct QueryPlanTests {
    /// SQLite's own words, a line a step.
    private func plan(of query: RecordQuery) async throws -> [String] {
        try await withScratchFolder { folder in
            let store = try await SQLiteJournalStore.open(
                path: folder.path + "/journal.db", access: .write(newWriter: "00112233445566778899aabbccddeeff"))
            let plan = try await store.perform { db in
                let (sql, arguments) = Rows.statement(for: query)
                return try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN \(sql)", arguments: arguments).map {
                    $0["detail"] as String? ?? ""
                }
            }
            try await store.close()
            return plan
        }
    }

    private func walks(_ query: RecordQuery) async throws -> Bool {
        try await plan(of: query).contains { $0.contains("event") && $0.contains("PRIMARY KEY (rowid>") }
    }

    @Test(arguments: [RecordQuery.Order.newestFirst, .oldestFirst], [nil, 900] as [UInt64?])
    func `a few kinds are looked up in the index of kinds`(order: RecordQuery.Order, before: UInt64?) async throws {
        for kinds in [["drifted"], ["drifted", "healed", "fightDetected"]] as [Set<Text>] {
            let query = RecordQuery(after: 3, before: before, kinds: kinds, order: order, limit: 100)
            let plan = try await plan(of: query)
            #expect(try await !walks(query), "\(plan)")
            #expect(plan.contains { $0.contains("event_by_kind") }, "\(plan)")
        }
    }

    @Test func `what is asked for of one unit is looked up by the unit, and many kinds are walked through`()
        async throws
    {
        let ofUnit = try await plan(of: RecordQuery(unit: "acme/web@prod", kinds: ["drifted", "healed"], limit: 100))
        #expect(ofUnit.contains { $0.contains("event_by_unit") }, "\(ofUnit)")
        let many = RecordQuery(kinds: Set((0..<12).map { Text("kind-\($0)") }), limit: 100)
        #expect(try await walks(many))
    }
}
