// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Commands
import Fleet
import Manifest
import Model
import Rendering
import TestSupport
import Testing

@Suite struct SkeletonTests {
    @Test func `it is valid and makes a unit for each environment`() async throws {
        let fleet = try await FleetReader.read(tree)
        #expect(fleet.problems.isEmpty)
        #expect(fleet.notices.isEmpty)
        #expect(fleet.units().map(\.unit.description) == ["example/web@dev", "example/web@prod"])
    }

    @Test func `its application renders to what its project allows`() async throws {
        let tree = tree
        for unit in try await FleetReader.read(tree).units() {
            let objects = try await Renderers().render(RenderInput(spec: unit.rendering), in: tree).objects
            #expect(!objects.isEmpty)
            let limits = try #require(unit.limits.host)
            for object in objects {
                let path = try #require(object.spec["path"]?.stringValue)
                #expect(limits.refusal(of: .kind(object.id.kind)) == nil)
                #expect(limits.refusal(of: .path(Array(path.utf8))) == nil)
            }
        }
    }

    @Test func `Git is told to leave out what runs beside it`() {
        let ignored = Skeleton.files.first { $0.path == ".gitignore" }?.content.split(separator: "\n") ?? []
        // A state folder holds the journal and mirrors; "init" proposes ./state.
        #expect(ignored.filter { !$0.hasPrefix("#") } == ["/sandbox/", "/state/"])
    }

    private var tree: MemoryTree {
        MemoryTree(files: Dictionary(uniqueKeysWithValues: Skeleton.files.map { ($0.path, $0.content) }))
    }
}
