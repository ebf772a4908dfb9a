// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import KubernetesClient
import Manifest
import Testing

extension ClusterConformance {
    static let applying: [Item] = [
        item("fields that an applier drops go, those of others stay") { api, namespace in
            let address = try await map(api, namespace)
            try await api.apply(configMap("a", ["k": "v", "l": "w"]), at: address, manager)
            try await api.apply(configMap("a", ["m": "x"]), at: address, other)
            let answer = try await api.apply(configMap("a", ["k": "v"]), at: address, manager)
            #expect(answer.object["data"] == ["k": "v", "m": "x"])
        },
        item("a field that two appliers own stays until both drop it") { api, namespace in
            let address = try await map(api, namespace)
            try await api.apply(configMap("a", ["k": "v"]), at: address, manager)
            try await api.apply(configMap("a", ["k": "v"]), at: address, other)
            let kept = try await api.apply(configMap("a", ["z": "z"]), at: address, manager)
            #expect(kept.object["data"]?["k"] == "v")
            let gone = try await api.apply(configMap("a", ["y": "y"]), at: address, other)
            #expect(gone.object["data"] == ["z": "z", "y": "y"])
        },
        item("another's field is a conflict that names it, and force takes it") { api, namespace in
            let address = try await map(api, namespace)
            try await api.apply(configMap("a", ["k": "v"]), at: address, manager)
            var caught: KubernetesError?
            do { try await api.apply(configMap("a", ["k": "w"]), at: address, other) } catch {
                caught = error as? KubernetesError
            }
            #expect(caught?.code == .conflict)
            #expect(caught?.ownershipConflicts.map(\.manager) == ["one"])
            #expect(caught?.ownershipConflicts.map(\.field) == [".data.k"])
            let forced = try await api.apply(
                configMap("a", ["k": "w"]), at: address, WriteOptions(manager: "two", force: true))
            #expect(forced.object["data"] == ["k": "w"])
            let back = await code { try await api.apply(configMap("a", ["k": "v"]), at: address, manager) }
            #expect(back == .conflict)
        },
        item("what an update changes belongs to whoever made it") { api, namespace in
            let address = try await map(api, namespace)
            try await api.apply(configMap("a", ["k": "v", "l": "w"]), at: address, manager)
            try await api.patch(address, with: .merge(["data": ["k": "x"]]), other)
            let answer = await code { try await api.apply(configMap("a", ["k": "v", "l": "w"]), at: address, manager) }
            #expect(answer == .conflict)
            let fields = try await api.get(address).metadata?["managedFields"]?.arrayValue ?? []
            let update = fields.first { $0["manager"] == "two" }
            #expect(update?["operation"] == "Update")
            #expect(update?["fieldsV1"]?["f:data"]?["f:k"] == [:])
            let apply = fields.first { $0["manager"] == "one" }
            #expect(apply?["operation"] == "Apply")
            #expect(apply?["fieldsV1"]?["f:data"]?["f:l"] == [:])
            #expect(apply?["fieldsV1"]?["f:data"]?["f:k"] == nil)
        },
        item("an apply to another UID is refused") { api, namespace in
            let address = try await map(api, namespace)
            try await api.apply(configMap("a", ["k": "v"]), at: address, manager)
            let stranger = configMap("a", ["k": "w"])
                .with(["metadata", "uid"], "11111111-2222-3333-4444-555555555555")
            #expect(await code { try await api.apply(stranger, at: address, manager) } == .conflict)
            #expect(try await api.get(address)["data"] == ["k": "v"])
            let absent = try await map(api, namespace, "absent")
            #expect(
                await code { try await api.apply(stranger.with(["metadata", "name"], "absent"), at: absent, manager) }
                    == .conflict)
        },
        item("an apply to a version that no object has makes what is absent, and touches nothing that is there") {
            api, namespace in
            let address = try await map(api, namespace)
            let made = configMap("a", ["k": "v"]).with(["metadata", "resourceVersion"], "1")
            #expect(try await api.apply(made, at: address, manager).wasCreated)
            for applier in [manager, other] {
                let again = configMap("a", ["k": "w"]).with(["metadata", "resourceVersion"], "1")
                #expect(await code { try await api.apply(again, at: address, applier) } == .conflict)
            }
            #expect(try await api.get(address)["data"] == ["k": "v"])
        },
        item("items of keyed lists are merged one by one", isOfMaps: false) { api, namespace in
            let resource = try await api.resource(
                of: GroupVersionKind(group: "apps", version: "v1", kind: "Deployment"))
            let address = ObjectAddress(resource, namespace: namespace, name: "web")
            try await api.apply(deployment(["one"]), at: address, manager)
            try await api.apply(deployment(["two"]), at: address, other)
            #expect(containers(of: try await api.get(address)) == ["one", "two"])
            try await api.apply(deployment(["three"]), at: address, manager)
            #expect(containers(of: try await api.get(address)) == ["two", "three"])
        },
        item("the scale is read and changed apart", isOfMaps: false) { api, namespace in
            let resource = try await api.resource(
                of: GroupVersionKind(group: "apps", version: "v1", kind: "Deployment"))
            let address = ObjectAddress(resource, namespace: namespace, name: "web")
            try await api.apply(deployment(["one"]), at: address, manager)
            let scale = address.subresource("scale")
            let before = try await api.get(scale)["spec"]?["replicas"]?.intValue
            #expect((before ?? 0) == 0)
            try await api.patch(scale, with: .merge(["spec": ["replicas": 3]]), other)
            let live = try await api.get(address)
            #expect(live["spec"]?["replicas"] == 3)
            #expect(live.generation == 2)
        },
        item("the status changes apart, and leaves the rest", isOfMaps: false) { api, namespace in
            let resource = try await api.resource(
                of: GroupVersionKind(group: "apps", version: "v1", kind: "Deployment"))
            let address = ObjectAddress(resource, namespace: namespace, name: "web")
            try await api.apply(deployment(["one"]), at: address, manager)
            let change: Value = [
                "status": ["conditions": [["type": "Odd", "status": "True"]]], "spec": ["replicas": 9],
            ]
            try await api.patch(address.subresource("status"), with: .merge(change), other)
            let live = try await api.get(address)
            #expect(live["status"]?["conditions"]?.arrayValue?.contains { $0["type"] == "Odd" } == true)
            #expect(live["spec"]?["replicas"] == 0)
        },
    ]

    private static func containers(of deployment: Value) -> Set<Text> {
        let containers = deployment["spec"]?["template"]?["spec"]?["containers"]?.arrayValue ?? []
        return Set(containers.compactMap { $0["name"]?.stringValue })
    }

    private static func deployment(_ containers: [Text]) -> Value {
        [
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": ["name": "web"],
            "spec": [
                "replicas": 0, "selector": ["matchLabels": ["app": "web"]],
                "template": [
                    "metadata": ["labels": ["app": "web"]],
                    "spec": [
                        "containers": .array(containers.map { ["name": .string($0), "image": "example.org/none"] })
                    ],
                ],
            ],
        ]
    }
}
