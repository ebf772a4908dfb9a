// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Manifest
import Model
import Testing

@testable import KubernetesTarget

/// What is kept in little room is given back as it was put in.
@Suite struct TrackedObjectTests {
    enum UID {
        static let one: Text = "0e8f2c1a-9b7d-4f60-8a11-fedcba987654"
        static let other: Text = "0e8f2c1a-9b7d-4f60-8a11-fedcba987655"
    }

    private func sighting(_ uid: Text, _ version: Text) -> TrackedObject.Sighting {
        var sighting = TrackedObject.Sighting(
            ["metadata": ["uid": .string(uid), "resourceVersion": .string(version), "generation": 3]], ours: nil,
            isOurs: false)
        sighting.isOurs = true
        return sighting
    }

    private func record(_ uid: Text, _ version: Text) -> ObjectRecord {
        ObjectRecord(
            uid: uid, resourceVersion: version, generation: -1, desired: Value(1).digest(), owned: nil,
            isExtended: true)
    }

    @Test(arguments: [UID.one, "", "u", UID.other], ["7", "", "007", "18446744073709551616", "4-2"] as [Text])
    func `sightings and records, whatever servers call their objects`(uid: Text, version: Text) {
        var object = TrackedObject(unit: ClusterSite.context("web", "default").unit)
        #expect(object.sighting == nil && object.record == nil && object.health == nil && object.seen == nil)
        let (sighting, record) = (sighting(uid, version), record(UID.one, version))
        object.sighting = sighting
        object.record = record
        #expect(object.sighting == sighting && object.record == record)
        object.sighting?.isOurs = false
        object.record?.desired = nil
        #expect(object.sighting?.isOurs == false && object.sighting?.uid == uid)
        #expect(object.record?.desired == nil && object.record?.uid == UID.one && object.record?.generation == -1)
        object.sighting = nil
        #expect(object.sighting == nil && object.record?.uid == UID.one)
        object.record = nil
        object.sighting = sighting
        #expect(object.sighting == sighting && object.record == nil)
    }

    @Test func `what few have`() {
        var object = TrackedObject(unit: ClusterSite.context("web", "default").unit)
        for health in Health.allCases {
            for reason in ["", "waits"] {
                object.health = HealthReport(health, reason: reason)
                #expect(object.health == HealthReport(health, reason: reason))
            }
        }
        object.health = nil
        #expect(object.health == nil)
        object.expected = record(UID.one, "1")
        object.pending = TrackedObject.News(sighting: sighting(UID.one, "2"))
        object.expected = nil
        #expect(object.expected == nil && object.pending?.sighting.resourceVersion == "2")
        object.seen = .start
        object.round = 7
        object.isDirty = false
        object.isSettling = true
        #expect(object.seen == .start && object.applied == nil && object.round == 7)
        #expect(!object.isDirty && object.isSettling && !object.isSteady && !object.isFresh && !object.isInFlight)
    }
}
