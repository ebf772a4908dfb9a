// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import KubernetesClient
import Manifest
import Testing

extension ClusterConformance {
    static let querying: [Item] = [
        item("the server tells its version") { api, _ in
            let version = try await api.version()
            #expect(version.string.wholeMatch(of: /v1\.[0-9]+\.[0-9]+.*/) != nil, "\(version)")
        },
        item("a list has all objects, whatever the size of its pages") { api, namespace in
            let resource = try await map(api, namespace).resource
            for index in 0..<7 {
                let name = Text("m\(index)")
                let object = configMap(name, [:], labels: ["parity": index % 2 == 0 ? "even" : "odd"])
                try await api.create(object, at: ObjectAddress(resource, namespace: namespace, name: name), manager)
            }
            for size in [2, 7, 500, 0] {
                var query = Query(Collection(resource, namespace: namespace), pageSize: size)
                query.labels = "parity"
                let found = try await names(api, query)
                #expect(found == (0..<7).map { Text("m\($0)") })
            }
            let even = Query(Collection(resource, namespace: namespace), labels: "parity=even")
            #expect(try await names(api, even) == ["m0", "m2", "m4", "m6"])
            let one = Query(Collection(resource, namespace: namespace), fields: "metadata.name=m3")
            #expect(try await names(api, one) == ["m3"])
        },
        item("items say of what kind they are; metadata alone comes without the rest") { api, namespace in
            let address = try await map(api, namespace)
            try await api.create(configMap("a", ["k": "v"], labels: ["mine": "yes"]), at: address, manager)
            for form in [ObjectForm.whole, .metadata] {
                var found: [Value] = []
                let query = Query(
                    Collection(address.resource, namespace: namespace), labels: "mine=yes", form: form)
                _ = try await api.list(query) { (object) async throws(KubernetesError) in found.append(object) }
                #expect(found.map { $0["kind"] } == ["ConfigMap"])
                #expect(found.map { $0["apiVersion"] } == [.string(apiVersion)])
                #expect(found.map { $0["data"] } == (form == .whole ? [["k": "v"]] : [nil]))
                #expect(try await api.get(address, form)["data"] == (form == .whole ? ["k": "v"] : nil))
                #expect(try await api.get(address, form)["kind"] == "ConfigMap")
            }
        },
        item("a watch tells what happened since a list, in order") { api, namespace in
            let address = try await map(api, namespace)
            let query = Query(Collection(address.resource, namespace: namespace), labels: "mine=yes")
            let version = try await api.list(query) { (_) async throws(KubernetesError) in }
            try await api.create(configMap("a", ["k": "1"], labels: ["mine": "yes"]), at: address, manager)
            try await api.patch(address, with: .merge(["data": ["k": "2"]]), manager)
            try await api.patch(address, with: .merge(["metadata": ["labels": ["mine": .null]]]), manager)
            try await api.patch(address, with: .merge(["metadata": ["labels": ["mine": "yes"]]]), manager)
            try await api.delete(address, DeleteOptions())
            let events = try await watch(api, query, from: version, count: 5)
            #expect(events == ["added 1", "modified 2", "deleted 2", "added 2", "deleted 2"])
        },
        item("a watch of metadata has no contents") { api, namespace in
            let address = try await map(api, namespace)
            let query = Query(
                Collection(address.resource, namespace: namespace), fields: "metadata.name=a", form: .metadata)
            let version = try await api.list(query) { (_) async throws(KubernetesError) in }
            try await api.create(configMap("a", ["k": "1"]), at: address, manager)
            #expect(try await watch(api, query, from: version, count: 1) == ["added -"])
        },
        item("a watch ends by its limit") { api, namespace in
            let address = try await map(api, namespace)
            let query = Query(Collection(address.resource, namespace: namespace))
            let version = try await api.list(query) { (_) async throws(KubernetesError) in }
            var opened = false
            try await api.watch(query, from: version, for: .seconds(1)) { (event) async throws(KubernetesError) in
                if event == .bookmark(version) { opened = true }
            }
            #expect(opened)
        },
        item("an access review answers", isOfMaps: false) { api, namespace in
            let resource = try await map(api, namespace).resource
            #expect(try await api.review(AccessQuestion("get", resource, namespace: namespace)).isAllowed)
        },
    ]

    private static func names(_ api: any ClusterAPI, _ query: Query) async throws -> [Text] {
        var names: [Text] = []
        _ = try await api.list(query) { (object) async throws(KubernetesError) in names.append(object.objectName ?? "")
        }
        return names
    }

    /// The first events of a watch, in words.
    private static func watch(
        _ api: any ClusterAPI, _ query: Query, from version: Text, count: Int
    ) async throws -> [String] {
        var found: [String] = []
        do {
            try await api.watch(query, from: version, for: .seconds(20)) { (event) async throws(KubernetesError) in
                if let words = words(event) { found.append(words) }
                if found.count == count { throw KubernetesError(.cancelled, subject: "", message: "enough") }
            }
        } catch {
            guard error.code == .cancelled else { throw error }
        }
        return found
    }

    private static func words(_ event: WatchEvent) -> String? {
        switch event {
        case .added(let object): "added \(data(object))"
        case .modified(let object): "modified \(data(object))"
        case .deleted(let object): "deleted \(data(object))"
        case .bookmark: nil
        }
    }

    private static func data(_ object: Value) -> String { object["data"]?["k"]?.stringValue?.string ?? "-" }
}
