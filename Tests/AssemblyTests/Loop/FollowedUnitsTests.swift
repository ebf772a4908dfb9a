// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Manifest
import Model
import TestSupport
import Testing

@testable import Assembly

/// Units are put together by what they follow.
@Suite struct FollowedUnitsTests {
    private func spec(_ application: String, source: SourceName?, path: TreePath = .root) -> UnitSpec {
        UnitSpec(
            unit: unit(application), project: name("shop"), source: source, follow: nil,
            rendering: RenderSpec(path: path, application: "shop"), place: .root("/srv"),
            limits: .host(HostLimits()), namespace: nil, driftRules: DriftRules(), policy: SyncPolicy(),
            dependsOn: [])
    }

    @Test func `each lies once, with those that follow the same, the fleet's own first`() {
        let shop: SourceName = name("shop")
        let specs = ["a", "b", "b", "c", "d", "e"].map { application in
            spec(application, source: application < "c" ? shop : application < "e" ? nil : name("apps"))
        }
        let groups = FollowedUnits.groups(of: specs)
        #expect(groups.map(\.following.source) == [nil, name("apps"), shop])
        #expect(groups.map { $0.specs.map(\.unit) } == [[unit("c"), unit("d")], [unit("e")], [unit("a"), unit("b")]])
    }

    @Test func `every one is found, and none that is not there`() throws {
        let names = ["b", "d", "f", "h", "j"]
        for count in 0...names.count {
            let groups = FollowedUnits.groups(of: names.prefix(count).map { spec($0, source: nil) })
            for name in names + ["a", "c", "e", "g", "i", "k"] {
                let isThere = names.prefix(count).contains(name)
                #expect(groups.first?[unit(name)]?.unit == (isThere ? unit(name) : nil), "\(name) of \(count)")
            }
        }
    }
}
