// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import KubernetesClient
package import Manifest
import Synchronization

/// The in-memory twin of a cluster: objects, versions, ownership of fields, watches; with hands to break it.
///
/// It stores what it is given: no defaults, no validation, no controllers. See ``ClusterConformance`` for what it has in
/// common with a real server.
package final class MemoryCluster: Sendable {
    /// What a call does, for those that decide whether it fails.
    package struct Call: Sendable, Hashable {
        /// As the authorizer knows it: `get`, `list`, `watch`, `create`, `patch`, `update`, `delete`.
        package var verb: Text
        package var resource: ResourceType
        package var namespace: Text
        package var name: Text
        package var isDryRun: Bool
        package var identity: Impersonation?
        package var form = ObjectForm.whole
    }

    struct Key: Hashable {
        var group: Text
        var resource: Text
        var namespace: Text
        var name: Text
    }

    struct Stored {
        var object: Value
        var managed = ManagedFields()
    }

    struct Change {
        var version: Int
        var key: Key
        var old: Value?
        var new: Value?
    }

    struct State {
        var resources: [ResourceType]
        var unavailable: [GroupVersion: Text] = [:]
        var serverVersion: Text = "v1.33.1"
        var stored: [Key: Stored] = [:]
        var version = 1
        var lastUID = 0
        /// What watches may still be told, in order.
        var history: [Change] = []
        /// The last version that was forgotten.
        var forgotten = 0
        var failing: @Sendable (Call) -> KubernetesError? = { _ in nil }
        var calls: [Call] = []
        var sent = 0
        var watchers: [Int: AsyncStream<Void>.Continuation] = [:]
        var lastWatcher = 0
        /// Watches that began before the last cut end.
        var cuts = 0
    }

    let state: Mutex<State>

    /// - Parameter resources: what it serves, besides what CustomResourceDefinitions add.
    package init(resources: [ResourceType] = MemoryCluster.builtIn) {
        state = Mutex(State(resources: resources))
        for name: Text in ["default", "kube-system"] {
            state.withLock { state in
                let key = Key(group: "", resource: "namespaces", namespace: "", name: name)
                state.store(
                    key, ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(name)]], by: "twin")
            }
        }
    }

    package static let builtIn: [ResourceType] = [
        ResourceType(
            group: "", version: "v1", name: "namespaces", kind: "Namespace", isNamespaced: false,
            subresources: ["status"]),
        ResourceType(group: "", version: "v1", name: "configmaps", kind: "ConfigMap", isNamespaced: true),
        ResourceType(group: "", version: "v1", name: "secrets", kind: "Secret", isNamespaced: true),
        ResourceType(
            group: "", version: "v1", name: "services", kind: "Service", isNamespaced: true, subresources: ["status"]),
        ResourceType(group: "", version: "v1", name: "serviceaccounts", kind: "ServiceAccount", isNamespaced: true),
        ResourceType(
            group: "", version: "v1", name: "persistentvolumeclaims", kind: "PersistentVolumeClaim", isNamespaced: true,
            subresources: ["status"]),
        ResourceType(group: "", version: "v1", name: "pods", kind: "Pod", isNamespaced: true, subresources: ["status"]),
        ResourceType(group: "", version: "v1", name: "events", kind: "Event", isNamespaced: true),
        ResourceType(
            group: "apps", version: "v1", name: "deployments", kind: "Deployment", isNamespaced: true,
            subresources: ["scale", "status"]),
        ResourceType(
            group: "apps", version: "v1", name: "replicasets", kind: "ReplicaSet", isNamespaced: true,
            subresources: ["scale", "status"]),
        ResourceType(
            group: "apps", version: "v1", name: "statefulsets", kind: "StatefulSet", isNamespaced: true,
            subresources: ["scale", "status"]),
        ResourceType(
            group: "batch", version: "v1", name: "jobs", kind: "Job", isNamespaced: true, subresources: ["status"]),
        ResourceType(
            group: "networking.k8s.io", version: "v1", name: "ingresses", kind: "Ingress", isNamespaced: true,
            subresources: ["status"]),
        ResourceType(
            group: "rbac.authorization.k8s.io", version: "v1", name: "clusterroles", kind: "ClusterRole",
            isNamespaced: false),
        ResourceType(
            group: "rbac.authorization.k8s.io", version: "v1", name: "roles", kind: "Role", isNamespaced: true),
        ResourceType(
            group: "apiextensions.k8s.io", version: "v1", name: "customresourcedefinitions",
            kind: "CustomResourceDefinition", isNamespaced: false, subresources: ["status"]),
    ]

    /// Decides for each call whether it fails, and how.
    package func fail(_ decide: @escaping @Sendable (Call) -> KubernetesError?) {
        state.withLock { $0.failing = decide }
    }
    package func work() { fail { _ in nil } }

    /// What was asked for, in order; watches once, each page of a list once.
    package var calls: [Call] { state.withLock { $0.calls } }

    /// Objects that lists and watches have handed over.
    package var sent: Int { state.withLock { $0.sent } }
    package func forgetCalls() { state.withLock { $0.calls = [] } }

    /// Ends all watches, as a server that restarts.
    package func cutWatches() {
        state.withLock { $0.cuts += 1 }
        wakeWatchers()
    }

    /// Forgets what happened: watches from older versions are told to list again.
    package func compact() {
        state.withLock { state in
            state.forgotten = state.version
            state.history = []
        }
    }

    /// The server becomes one of another version.
    package func setVersion(_ version: Text) { state.withLock { $0.serverVersion = version } }

    /// A part of the API stops to answer; `nil` when it is back.
    package func setUnavailable(_ version: GroupVersion, _ reason: Text?) {
        state.withLock { $0.unavailable[version] = reason }
    }

    /// The server serves a kind no more.
    package func withdraw(_ kind: GroupVersionKind) {
        state.withLock { $0.resources.removeAll { $0.groupVersionKind == kind } }
    }

    /// The live object, with its metadata as a server shows it.
    package func object(_ address: ObjectAddress) -> Value? { state.withLock { $0.stored[Key(address)].map(\.shown) } }

    /// A hand that is not ours changes an object, or creates it.
    package func edit(_ address: ObjectAddress, by manager: Text = "kubectl-edit", _ change: (Value?) -> Value) {
        state.withLock { state in
            let key = Key(address)
            state.store(key, change(state.stored[key]?.object), by: manager)
        }
        wakeWatchers()
    }

    func wakeWatchers() {
        let watchers = state.withLock { Array($0.watchers.values) }
        for watcher in watchers { watcher.yield() }
    }
}

extension MemoryCluster.Key {
    init(_ address: ObjectAddress) {
        self.init(
            group: address.resource.group, resource: address.resource.name, namespace: address.namespace,
            name: address.name)
    }
}

extension MemoryCluster.Stored {
    /// With `managedFields`.
    var shown: Value {
        var object = object.objectValue ?? Object()
        var metadata = object["metadata"]?.objectValue ?? Object()
        metadata["managedFields"] = managed.value(apiVersion: object["apiVersion"]?.stringValue ?? "")
        object["metadata"] = .object(metadata)
        return .object(object)
    }
}
