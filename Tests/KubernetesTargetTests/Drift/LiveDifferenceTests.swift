// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Manifest
import Testing

@testable import KubernetesTarget

@Suite struct LiveDifferenceTests {
    private let owned: Value = [
        "f:spec": [
            "f:replicas": [:], "f:paused": [:],
            "f:template": [
                "f:spec": [
                    "f:containers": [
                        #"k:{"name":"web"}"#: [
                            ".": [:], "f:name": [:], "f:image": [:], "f:resources": ["f:limits": ["f:cpu": [:]]],
                        ]
                    ]
                ]
            ],
        ]
    ]

    private let containers: FieldPath = ["spec", "template", "spec", "containers"]

    private func deployment(
        replicas: Value = 2, image: Value = "a:1", cpu: Value = "1", containers: [Value] = [], extra: Object = Object()
    ) -> Value {
        var spec: Object = [
            "replicas": replicas,
            "template": [
                "spec": [
                    "containers": .array(
                        [["name": "web", "image": image, "resources": ["limits": ["cpu": cpu]]]] + containers)
                ]
            ],
        ]
        for pair in extra.pairs { spec[pair.key] = pair.value }
        return ["apiVersion": "apps/v1", "kind": "Deployment", "metadata": ["name": "web"], "spec": .object(spec)]
    }

    private func difference(
        _ desired: Value, _ live: Value, others: [(Text, Value)] = [], isOurs: Bool = true, owned: Value? = nil,
        ignored: [Text] = []
    ) -> LiveDifference {
        var live = live.objectValue ?? Object()
        let entries: [Value] = others.map { manager, fields in
            ["manager": .string(manager), "operation": "Update", "apiVersion": "apps/v1", "fieldsV1": fields]
        }
        live["metadata"] = ["name": "web", "managedFields": .array(entries)]
        let object = Value.object(live)
        return LiveDifference(
            desired: desired, live: object, owned: isOurs ? FieldSet(fieldsV1: owned ?? self.owned) : nil,
            managed: ManagedFields(of: object), manager: "trimtab", ignored: ignored.compactMap(FieldPattern.init))
    }

    @Test func `what stands is no difference, and neither are defaults`() {
        let live = deployment(extra: ["revisionHistoryLimit": 10, "strategy": ["type": "RollingUpdate"]])
        #expect(difference(deployment(), live).isEmpty)
    }

    @Test func `a changed value is told with both sides`() {
        let found = difference(deployment(), deployment(replicas: 5))
        #expect(found.values == [FieldDifference(path: ["spec", "replicas"], old: 5, new: 2)])
    }

    @Test func `amounts are compared as amounts, texts as texts`() {
        #expect(difference(deployment(cpu: "1000m"), deployment(cpu: "1")).isEmpty)
        #expect(!difference(deployment(cpu: "1001m"), deployment(cpu: "1")).isEmpty)
        #expect(!difference(deployment(image: "1000m"), deployment(image: "1")).isEmpty)
        let map = difference(
            ["kind": "ConfigMap", "data": ["limits": "1000m"]], ["kind": "ConfigMap", "data": ["limits": "1"]])
        #expect(map.values.count == 1)
    }

    @Test func `ownership that was lost is told though the value stands`() {
        let fewer: Value = ["f:spec": ["f:template": owned["f:spec"]?["f:template"] ?? .null]]
        let found = difference(deployment(), deployment(), owned: fewer)
        #expect(found.lost == [["spec", "replicas"]])
        #expect(found.values.isEmpty)
        #expect(difference(deployment(), deployment(), isOurs: false, owned: fewer).isEmpty)
    }

    @Test func `what is ours and declared no more goes`() {
        let found = difference(deployment(), deployment(extra: ["paused": true]))
        #expect(found.values == [FieldDifference(path: ["spec", "paused"], old: true, new: nil)])
        #expect(difference(deployment(), deployment(extra: ["paused": true]), isOurs: false).isEmpty)
    }

    @Test func `a container that somebody added is dangerous, whoever it was`() {
        let live = deployment(containers: [["name": "miner", "securityContext": ["privileged": true]]])
        let found = difference(deployment(), live)
        #expect(found.additions.map(\.isDangerous) == [true])
        #expect(found.additions.first?.path == containers.appending(1))
    }

    @Test func `rights that somebody gave to a declared container are dangerous`() {
        var live = deployment()
        live = live.setting([.key("spec"), .key("template"), .key("spec"), .key("hostNetwork")], true)
        #expect(difference(deployment(), live).additions.map(\.isDangerous) == [true])
    }

    @Test func `a key that somebody put into a map is an addition, one of a webhook in our request is not`() {
        let desired: Value = ["kind": "ConfigMap", "data": ["a": "1"]]
        let live: Value = ["kind": "ConfigMap", "data": ["a": "1", "b": "2"]]
        let fields: Value = ["f:data": ["f:b": [:]]]
        let mine: Value = ["f:data": ["f:a": [:]]]
        let edited = difference(desired, live, others: [("kubectl-edit", fields)], owned: mine)
        #expect(edited.additions.map(\.path) == [["data", "b"]])
        #expect(edited.additions.map(\.isDangerous) == [false])
        #expect(difference(desired, live, others: [("trimtab", fields)], owned: mine).isEmpty)
    }

    @Test func `ignored fields may differ, and be lost`() {
        #expect(difference(deployment(), deployment(replicas: 5), ignored: ["spec.replicas"]).isEmpty)
        let images = difference(
            deployment(), deployment(image: "b"), ignored: ["spec.template.spec.containers[name=web].image"])
        #expect(images.isEmpty)
        let other = difference(
            deployment(), deployment(image: "b"), ignored: ["spec.template.spec.containers[name=x].image"])
        #expect(!other.isEmpty)
    }

    @Test func `nothing declared is no difference to nothing there`() {
        let desired: Value = ["kind": "X", "spec": ["a": .null, "b": [:], "c": [], "d": ["e": [:]]]]
        #expect(difference(desired, ["kind": "X", "spec": [:]], owned: [:]).isEmpty)
        #expect(difference(desired, ["kind": "X", "spec": ["a": 1, "b": ["x": 1]]], owned: [:]).isEmpty)
    }

    @Test func `a list that is one value is compared by place, its defaults are silent`() {
        let desired: Value = ["kind": "X", "rules": [["host": "a"], ["host": "b"]]]
        let mine: Value = ["f:rules": [:]]
        #expect(
            difference(desired, ["kind": "X", "rules": [["host": "a", "x": 1], ["host": "b"]]], owned: mine).isEmpty)
        #expect(!difference(desired, ["kind": "X", "rules": [["host": "b"], ["host": "a"]]], owned: mine).isEmpty)
        #expect(!difference(desired, ["kind": "X", "rules": [["host": "a"]]], owned: mine).isEmpty)
    }
}

extension LiveDifferenceTests {
    @Test func `values of a Secret are never shown, neither live nor declared ones`() {
        let desired: Value = ["kind": "Secret", "data": ["a": "b25l", "b": .secret(Secret("dHdv"))]]
        let live: Value = ["kind": "Secret", "data": ["a": "Y2FuYXJ5", "b": "Y2FuYXJ5"]]
        let found = LiveDifference(
            desired: desired, live: live, owned: FieldSet(), managed: ManagedFields(of: live), manager: "trimtab",
            ignored: [])
        #expect(found.values.map(\.path) == [["data", "a"], ["data", "b"]])
        #expect(!"\(found)".contains("Y2FuYXJ5") && !"\(found)".contains("b25l"))
    }

    @Test func `kubectl's copy of an object is never shown when it is removed, alone or with its map`() {
        let copy: Text = "kubectl.kubernetes.io/last-applied-configuration"
        let live: Value = [
            "kind": "Deployment", "metadata": ["annotations": .object(Object(uniquePairs: [(copy, "canary")]))],
        ]
        for owned: Value in [
            ["f:metadata": ["f:annotations": .object(Object(uniquePairs: [("f:\(copy)", [:])]))]],
            ["f:metadata": ["f:annotations": [:]]],
        ] {
            let found = LiveDifference(
                desired: ["kind": "Deployment", "metadata": [:]], live: live, owned: FieldSet(fieldsV1: owned),
                managed: ManagedFields(of: live), manager: "trimtab", ignored: [])
            #expect(!found.values.isEmpty && !"\(found)".contains("canary"))
        }
    }
}
