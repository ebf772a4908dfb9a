// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import KubernetesClient
import Manifest
import Testing

extension ClusterConformance {
    static let writing: [Item] = [
        item("what is created can be read, and not created again") { api, namespace in
            let address = try await map(api, namespace)
            let answer = try await api.create(configMap("a", ["k": "v"]), at: address, manager)
            #expect(answer.wasCreated)
            #expect(answer.object.uid?.isEmpty == false)
            #expect(try await api.get(address)["data"] == ["k": "v"])
            #expect(await code { try await api.create(configMap("a", [:]), at: address, manager) } == .alreadyExists)
        },
        item("what is not there is not found, nor is its namespace") { api, namespace in
            let address = try await map(api, namespace)
            #expect(await code { _ = try await api.get(address) } == .notFound)
            let nowhere = try await map(api, "surely-not-there")
            #expect(await code { try await api.create(configMap("a", [:]), at: nowhere, manager) } == .notFound)
            #expect(await code { try await api.apply(configMap("a", [:]), at: nowhere, manager) } == .notFound)
        },
        item("a dry run changes nothing") { api, namespace in
            let address = try await map(api, namespace)
            let dry = WriteOptions(manager: "one", isDryRun: true)
            #expect(try await api.apply(configMap("a", ["k": "v"]), at: address, dry).object["data"] == ["k": "v"])
            #expect(await code { _ = try await api.get(address) } == .notFound)
            try await api.create(configMap("a", ["k": "v"]), at: address, manager)
            let before = try await api.get(address)
            try await api.delete(address, DeleteOptions(isDryRun: true))
            try await api.patch(address, with: .merge(["data": ["k": "w"]]), dry)
            #expect(try await api.get(address) == before)
        },
        item("a replacement replaces what it was made from, and nothing newer") { api, namespace in
            let address = try await map(api, namespace)
            let first = try await api.create(configMap("a", ["k": "v"]), at: address, manager).object
            let version = first.resourceVersion ?? ""
            var new = configMap("a", ["l": "w"])
            new = new.with(["metadata", "resourceVersion"], .string(version))
            let second = try await api.replace(new, at: address, manager)
            #expect(second.object["data"] == ["l": "w"])
            #expect(second.object.uid == first.uid)
            #expect(second.object.resourceVersion != first.resourceVersion)
            #expect(await code { try await api.replace(new, at: address, manager) } == .conflict)
        },
        item("patches merge, and edit by path") { api, namespace in
            let address = try await map(api, namespace)
            try await api.create(configMap("a", ["k": "v", "l": "w"]), at: address, manager)
            let merged = try await api.patch(address, with: .merge(["data": ["k": .null, "m": "x"]]), other)
            #expect(merged.object["data"] == ["l": "w", "m": "x"])
            let edited = try await api.patch(
                address, with: .json([["op": "replace", "path": "/data/l", "value": "z"]]), other)
            #expect(edited.object["data"] == ["l": "z", "m": "x"])
        },
        item("a patch of what was read leaves alone what was written since") { api, namespace in
            let address = try await map(api, namespace)
            let first = try await api.create(configMap("a", ["k": "v", "l": "w"]), at: address, manager).object
            func patch(of version: Text?) -> Patch {
                let test: Value = ["op": "test", "path": "/metadata/resourceVersion", "value": .string(version ?? "")]
                return .json([test, ["op": "remove", "path": "/data/l"]])
            }
            let second = try await api.patch(address, with: .merge(["data": ["k": "x"]]), other).object
            #expect(
                await code { try await api.patch(address, with: patch(of: first.resourceVersion), manager) }
                    == .conflict)
            #expect(try await api.get(address)["data"] == ["k": "x", "l": "w"])
            try await api.patch(address, with: patch(of: second.resourceVersion), manager)
            #expect(try await api.get(address)["data"] == ["k": "x"])
            let missing = Patch.json([["op": "remove", "path": "/data/none"]])
            #expect(await code { try await api.patch(address, with: missing, manager) } == .invalid)
        },
        item("writing what is there writes nothing") { api, namespace in
            let address = try await map(api, namespace)
            let first = try await api.apply(configMap("a", ["k": "v"]), at: address, manager)
            let second = try await api.apply(configMap("a", ["k": "v"]), at: address, manager)
            #expect(first.wasCreated)
            #expect(!second.wasCreated)
            #expect(first.object.resourceVersion == second.object.resourceVersion)
        },
    ]

    static let deleting: [Item] = [
        item("what is deleted is gone, and cannot be deleted again") { api, namespace in
            let address = try await map(api, namespace)
            try await api.create(configMap("a", [:]), at: address, manager)
            #expect(try await api.delete(address, DeleteOptions()) == .deleted)
            #expect(await code { _ = try await api.get(address) } == .notFound)
            #expect(await code { try await api.delete(address, DeleteOptions()) } == .notFound)
        },
        item("only the object that is meant is deleted") { api, namespace in
            let address = try await map(api, namespace)
            let first = try await api.create(configMap("a", [:]), at: address, manager).object
            try await api.delete(address, DeleteOptions(uid: first.uid))
            let second = try await api.create(configMap("a", ["k": "v"]), at: address, manager).object
            #expect(await code { try await api.delete(address, DeleteOptions(uid: first.uid)) } == .conflict)
            let stale = DeleteOptions(uid: second.uid, resourceVersion: "1")
            #expect(await code { try await api.delete(address, stale) } == .conflict)
            let exact = DeleteOptions(uid: second.uid, resourceVersion: second.resourceVersion)
            #expect(try await api.delete(address, exact) == .deleted)
        },
        item("a finalizer holds what is deleted") { api, namespace in
            let address = try await map(api, namespace)
            let held = configMap("a", [:]).with(["metadata", "finalizers"], ["example.org/hold"])
            try await api.create(held, at: address, manager)
            #expect(try await api.delete(address, DeleteOptions()) == .terminating)
            #expect(try await api.get(address).isTerminating)
            try await api.patch(address, with: .merge(["metadata": ["finalizers": .null]]), manager)
            #expect(await code { _ = try await api.get(address) } == .notFound)
        },
    ]
}
