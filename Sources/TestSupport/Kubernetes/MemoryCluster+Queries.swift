// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import KubernetesClient
package import Manifest
import Synchronization

extension MemoryCluster: ClusterAPI {
    package func acting(as identity: Impersonation?) -> any ClusterAPI {
        ActingCluster(cluster: self, identity: identity)
    }

    package func discovery(_ freshness: DiscoveryFreshness) async throws(KubernetesError) -> Discovery {
        let (resources, unavailable) = state.withLock { ($0.resources, $0.unavailable) }
        return Discovery(
            resources: resources.filter { unavailable[$0.groupVersion] == nil }, unavailable: unavailable)
    }

    package func version() async throws(KubernetesError) -> Text { state.withLock { $0.serverVersion } }

    package func get(_ address: ObjectAddress, _ form: ObjectForm) async throws(KubernetesError) -> Value {
        let object = try await read("get", address, as: nil)
        return form == .metadata ? object.reduced(address.resource) : object
    }

    func read(
        _ verb: Text, _ address: ObjectAddress, as identity: Impersonation?
    ) async throws(KubernetesError) -> Value {
        try begin(
            Call(
                verb: verb, resource: address.resource, namespace: address.namespace, name: address.name,
                isDryRun: false, identity: identity))
        guard let object = object(address) else { throw refusal(.notFound, address, "not found") }
        guard address.subresource == "scale" else { return object }
        // Zero is left out.
        let replicas = object["spec"]?["replicas"] ?? 1
        return [
            "apiVersion": "autoscaling/v1", "kind": "Scale", "metadata": object["metadata"] ?? [:],
            "spec": replicas == 0 ? [:] : ["replicas": replicas],
        ]
    }

    package func list(
        _ query: Query, _ each: (Value) async throws(KubernetesError) -> Void
    ) async throws(KubernetesError) -> Text { try await list(query, as: nil, each) }

    func list(
        _ query: Query, as identity: Impersonation?, _ each: (Value) async throws(KubernetesError) -> Void
    ) async throws(KubernetesError) -> Text {
        try begin(Call(query, "list", identity))
        let (objects, version) = state.withLock { state in
            let found = state.stored.filter { query.covers($0.key) }.map(\.value.shown).filter(query.matches)
            return (found, state.version)
        }
        state.withLock { $0.sent += objects.count }
        for object in objects.sorted(by: { $0.place < $1.place }) { try await each(query.shape(object)) }
        return Text(String(version))
    }

    package func watch(
        _ query: Query, from resourceVersion: Text, for limit: Duration,
        _ each: (WatchEvent) async throws(KubernetesError) -> Void
    ) async throws(KubernetesError) { try await watch(query, from: resourceVersion, for: limit, as: nil, each) }

    func watch(
        _ query: Query, from resourceVersion: Text, for limit: Duration, as identity: Impersonation?,
        _ each: (WatchEvent) async throws(KubernetesError) -> Void
    ) async throws(KubernetesError) {
        try begin(Call(query, "watch", identity))
        let (wakes, waker) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let (id, cuts) = state.withLock { state in
            state.lastWatcher += 1
            state.watchers[state.lastWatcher] = waker
            return (state.lastWatcher, state.cuts)
        }
        defer { state.withLock { _ = $0.watchers.removeValue(forKey: id) } }
        let timer = Task {
            try? await Task.sleep(for: limit)
            waker.finish()
        }
        defer { timer.cancel() }
        var version = Int(resourceVersion.string) ?? 0
        try await each(.bookmark(resourceVersion))
        var wake = wakes.makeAsyncIterator()
        repeat {
            let (changes, forgotten, isCut) = state.withLock { state in
                (state.history.filter { $0.version > version }, state.forgotten > version, state.cuts > cuts)
            }
            if isCut { return }
            guard !forgotten else {
                throw KubernetesError(
                    .expired, subject: Text("\(query.collection)"), message: "too old resource version", status: 410)
            }
            for change in changes {
                version = change.version
                guard query.covers(change.key), let event = query.event(of: change) else { continue }
                state.withLock { $0.sent += 1 }
                try await each(event)
            }
        } while await wake.next() != nil
        if Task.isCancelled {
            throw KubernetesError(.cancelled, subject: Text("\(query.collection)"), message: "cancelled")
        }
    }

    package func review(_ question: AccessQuestion) async throws(KubernetesError) -> AccessAnswer {
        review(question, as: nil)
    }

    /// What the twin's ``fail(_:)`` would refuse as forbidden is not allowed.
    func review(_ question: AccessQuestion, as identity: Impersonation?) -> AccessAnswer {
        let call = Call(
            verb: question.verb, resource: question.resource, namespace: question.namespace, name: question.name,
            isDryRun: false, identity: identity)
        let error = state.withLock { $0.failing }(call)
        return AccessAnswer(isAllowed: error?.code != .forbidden, reason: error?.message ?? "")
    }
}

extension MemoryCluster.Call {
    init(_ query: Query, _ verb: Text, _ identity: Impersonation?) {
        self.init(
            verb: verb, resource: query.collection.resource, namespace: query.collection.namespace ?? "", name: "",
            isDryRun: false, identity: identity, form: query.form)
    }
}

/// A twin as somebody asks it.
private struct ActingCluster: ClusterAPI {
    let cluster: MemoryCluster
    let identity: Impersonation?

    func acting(as identity: Impersonation?) -> any ClusterAPI { ActingCluster(cluster: cluster, identity: identity) }

    func discovery(_ freshness: DiscoveryFreshness) async throws(KubernetesError) -> Discovery {
        try await cluster.discovery(freshness)
    }

    func version() async throws(KubernetesError) -> Text { try await cluster.version() }

    func get(_ address: ObjectAddress, _ form: ObjectForm) async throws(KubernetesError) -> Value {
        let object = try await cluster.read("get", address, as: identity)
        return form == .metadata ? object.reduced(address.resource) : object
    }

    func list(
        _ query: Query, _ each: (Value) async throws(KubernetesError) -> Void
    ) async throws(KubernetesError) -> Text { try await cluster.list(query, as: identity, each) }

    func watch(
        _ query: Query, from version: Text, for limit: Duration,
        _ each: (WatchEvent) async throws(KubernetesError) -> Void
    ) async throws(KubernetesError) { try await cluster.watch(query, from: version, for: limit, as: identity, each) }

    func create(
        _ object: Value, at address: ObjectAddress, _ options: WriteOptions
    ) async throws(KubernetesError) -> WriteAnswer {
        try await cluster.write("create", address, options, as: identity, object)
    }

    func apply(
        _ object: Value, at address: ObjectAddress, _ options: WriteOptions
    ) async throws(KubernetesError) -> WriteAnswer {
        try await cluster.write("apply", address, options, as: identity, object)
    }

    func replace(
        _ object: Value, at address: ObjectAddress, _ options: WriteOptions
    ) async throws(KubernetesError) -> WriteAnswer {
        try await cluster.write("update", address, options, as: identity, object)
    }

    func patch(
        _ address: ObjectAddress, with patch: Patch, _ options: WriteOptions
    ) async throws(KubernetesError) -> WriteAnswer {
        try await cluster.patch(address, with: patch, options, as: identity)
    }

    func delete(_ address: ObjectAddress, _ options: DeleteOptions) async throws(KubernetesError) -> DeleteAnswer {
        try await cluster.delete(address, options, as: identity)
    }

    func review(_ question: AccessQuestion) async throws(KubernetesError) -> AccessAnswer {
        cluster.review(question, as: identity)
    }
}
