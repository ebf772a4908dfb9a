// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import KubernetesClient
import Manifest
import Model
import Synchronization
import TestSupport
import Testing

@testable import KubernetesTarget

/// What a watch says while we read or write is not undone by what comes of that.
@Suite struct OvertakenTests {
    private let site = ClusterSite(MemoryCluster(), namespace: "default")
    private var desk: Desk { site.target.desk }
    private var unit: UnitID { site.unit.unit }
    /// After all that happens here.
    private let late: Text = "1000000"

    /// One that was applied, is followed and stands.
    private func followed() async throws -> (object: DesiredObject, live: Value, key: FeedKey) {
        let object = site.configMap("a", "1")
        try await site.apply(object)
        let key = try site.target.reach(for: site.unit).feed(of: object, at: try await site.address(object))
        desk.setWatched([object.id: key], of: unit, apis: [key: site.cluster])
        desk.take(.began, of: key)
        desk.take(.complete(at: late), of: key)
        #expect(desk.standing(object, of: unit) == nil, "the list did not name it")
        #expect(try await site.compare(object) == .same)
        #expect(desk.standing(object, of: unit) == .same)
        return (object, try await site.live(object), key)
    }

    private func record(_ live: Value, _ object: DesiredObject) -> ObjectRecord {
        ObjectRecord(of: live, desired: object.digest, manager: KubernetesTarget.manager, key: site.target.key)
    }

    @Test func `a change that is told while the object is read`() async throws {
        let (object, live, key) = try await followed()
        let told = desk.beginLook(at: [object.id])
        try await site.edit(object, ["data": ["content": "2"]])
        desk.take(.modified(try await site.live(object)), of: key)
        desk.saw(live, object.id, unit: unit, told: told[object.id], isOurs: true, stands: record(live, object))
        #expect(desk.standing(object, of: unit) == nil)
        #expect(try await site.compare(object).fields == ["data.content"])
    }

    @Test(arguments: [true, false])
    func `a deletion that is told, or found by a list, while the object is read`(isTold: Bool) async throws {
        let (object, live, key) = try await followed()
        let told = desk.beginLook(at: [object.id])
        if isTold {
            desk.take(.deleted(live), of: key)
        } else {
            desk.take(.began, of: key)
            desk.take(.complete(at: late), of: key)
        }
        desk.saw(live, object.id, unit: unit, told: told[object.id], isOurs: true, stands: record(live, object))
        #expect(desk.standing(object, of: unit) == nil)
        #expect(try await site.compare(object) == .same, "and one look ends it")
        #expect(desk.standing(object, of: unit) == .same)
    }

    @Test func `a deletion that is told before the answer to our write, and an older one`() async throws {
        let (object, live, key) = try await followed()
        let told = Mutex<[ObjectID]>([])
        desk.state.withLock { $0.sink = WatchSink { _, objects in told.withLock { $0 += objects } } }
        func write(told event: Value) {
            desk.begin(object.id, unit: unit, watchedBy: key, api: site.cluster)
            desk.take(.deleted(event), of: key)
            desk.applied(live, object.id, unit: unit, record: record(live, object), extended: nil)
        }
        write(told: live.settingMetadata("uid", "another"))
        #expect(desk.standing(object, of: unit) == .same)
        #expect(told.withLock { $0.isEmpty })
        write(told: live)
        #expect(desk.standing(object, of: unit) == nil)
        #expect(told.withLock { $0 } == [object.id])
    }

    @Test func `a look of somebody else does not make up for a change that was told while we look`() async throws {
        let (object, live, key) = try await followed()
        let told = desk.beginLook(at: [object.id])
        try await site.edit(object, ["data": ["content": "2"]])
        desk.take(.modified(try await site.live(object)), of: key)
        // A preview begins.
        _ = desk.beginLook(at: [object.id])
        desk.saw(live, object.id, unit: unit, told: told[object.id], isOurs: true, stands: record(live, object))
        #expect(desk.standing(object, of: unit) == nil)
    }

    @Test func `what was read before a write of ours is not what stands after it`() async throws {
        let (object, live, key) = try await followed()
        let told = desk.beginLook(at: [object.id])
        desk.begin(object.id, unit: unit, watchedBy: key, api: site.cluster)
        let answer = live.settingMetadata("resourceVersion", "900")
        desk.applied(answer, object.id, unit: unit, record: record(answer, object), extended: nil)
        #expect(desk.standing(object, of: unit) == .same)
        desk.saw(live, object.id, unit: unit, told: told[object.id], isOurs: true, stands: record(live, object))
        #expect(desk.standing(object, of: unit) == nil)
    }

    /// A list that does not name what we are writing meanwhile: was it too early for it, or has somebody deleted it?
    @Test(arguments: ["899", "900", "901"] as [Text], [true, false])
    func `a list during a write of ours`(version: Text, isAnsweredBefore: Bool) async throws {
        let (object, live, key) = try await followed()
        let told = Mutex<[ObjectID]>([])
        desk.state.withLock { $0.sink = WatchSink { _, objects in told.withLock { $0 += objects } } }
        let answer = live.settingMetadata("resourceVersion", "900")
        desk.take(.began, of: key)
        desk.begin(object.id, unit: unit, watchedBy: key, api: site.cluster)
        if !isAnsweredBefore { desk.take(.complete(at: version), of: key) }
        told.withLock { $0 = [] }
        desk.applied(answer, object.id, unit: unit, record: record(answer, object), extended: nil)
        if isAnsweredBefore { desk.take(.complete(at: version), of: key) }
        let isTooEarly = version == "899"
        #expect(desk.standing(object, of: unit) == (isTooEarly ? .same : nil))
        if !isTooEarly { #expect(told.withLock { $0 } == [object.id]) }
    }

    @Test func `an object that joins a watch while it lists is not taken to have been on the list`() async throws {
        let (other, _, key) = try await followed()
        let object = site.configMap("b", "1")
        try await site.apply(object)
        desk.take(.began, of: key)
        desk.setWatched([other.id: key, object.id: key], of: unit, apis: [:])
        desk.begin(object.id, unit: unit, watchedBy: key, api: site.cluster)
        let answer = try await site.live(object)
        desk.applied(answer, object.id, unit: unit, record: record(answer, object), extended: nil)
        #expect(desk.standing(object, of: unit) == .same)
        desk.take(.complete(at: late), of: key)
        #expect(desk.standing(object, of: unit) == nil)
    }

    @Test func `what takes the name of an object of ours is not ours`() async throws {
        let (object, live, key) = try await followed()
        desk.take(.modified(live.settingMetadata("resourceVersion", "900")), of: key)
        #expect(desk.sighting(of: object.id)?.isOurs == true)
        let other = live.settingMetadata("uid", "another").settingMetadata("resourceVersion", "901")
        desk.take(.added(other), of: key)
        #expect(desk.sighting(of: object.id)?.isOurs == false)
    }

    @Test func `nothing is kept of what nobody follows and nobody has seen`() async throws {
        let (object, _, key) = try await followed()
        let never = site.configMap("never", "1")
        desk.setWatched([object.id: key, never.id: key], of: unit, apis: [:])
        #expect(desk.state.withLock { $0.entries.count } == 2)
        desk.setWatched([:], of: unit, apis: [:])
        #expect(desk.state.withLock { $0.entries.count } == 1)
        desk.forget(object.id)
        #expect(desk.state.withLock { $0.entries.count + $0.feeds.count } == 0)
    }
}
