// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Commands
import Fleet
import Model
import TestSupport
import Testing

@Suite struct SkeletonTests {
    @Test func `what init writes is a fleet in order`() async throws {
        let files = Dictionary(uniqueKeysWithValues: Skeleton.files.map { ($0.path, $0.content) })
        let fleet = try await FleetReader.read(MemoryTree(files: files))
        #expect(fleet.problems.isEmpty)
        #expect(fleet.units().map(\.unit.description) == ["example/web@dev", "example/web@prod"])
    }
}
