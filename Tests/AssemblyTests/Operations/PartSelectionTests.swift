// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Engine
import Manifest
import Model
import TestSupport
import Testing

@testable import Assembly

@Suite struct PartSelectionTests {
    private let units: [(unit: UnitID, names: Engine.Names)] = [
        (unit("web"), Engine.Names(objects: [object("a"), object("b")], hooks: [object("migrate")])),
        (unit("db"), Engine.Names(objects: [object("b"), object("c")], hooks: [])),
    ]

    private func read(_ patterns: String..., prune: Bool = false) throws -> [UnitID: SyncPart] {
        try PartSelection.read(
            PartRequest(only: patterns.compactMap { ObjectPattern(parsing: Text($0)) }, isPruning: prune), in: units)
    }

    @Test func `a unit that has nothing of it is left alone`() throws {
        #expect(try read("File/a") == [unit("web"): SyncPart(objects: [object("a")], pruned: [])])
        #expect(
            try read("File/a", "File/c", prune: true) == [
                unit("web"): SyncPart(objects: [object("a")], pruned: [object("a")]),
                unit("db"): SyncPart(objects: [object("c")], pruned: [object("c")]),
            ])
        #expect(try read("File/b").count == 2)
    }

    @Test func `a name that nothing has is an error that says what there is`() {
        let error = #expect(throws: APIError.self) { try read("File/a", "Package/c") }
        #expect(error?.code == .notFound)
        #expect(error?.message.string.contains("Package/c names no object of") == true)
        #expect(error?.advice == "there is File/c")
    }

    @Test func `a hook is none of the objects that can be named`() {
        let error = #expect(throws: APIError.self) { try read("File/migrate") }
        #expect(error?.code == .invalid && error?.message == "File/migrate is a hook")
    }
}
