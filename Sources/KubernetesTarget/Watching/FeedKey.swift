// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import KubernetesClient
import Manifest
import Model

/// One watch: of a kind in a namespace, as one identity, narrowed by the fleet's label or to one name.
struct FeedKey: Sendable, Hashable {
    /// Copies share it: every object that is followed holds one.
    private final class Parts: Sendable {
        let identity: Text
        let resource: ResourceType
        let namespace: Text?
        let fleet: Text
        let name: Text?

        init(identity: Text, resource: ResourceType, namespace: Text?, fleet: Text, name: Text?) {
            self.identity = identity
            self.resource = resource
            self.namespace = namespace
            self.fleet = fleet
            self.name = name
        }
    }

    private let parts: Parts

    var identity: Text { parts.identity }
    var resource: ResourceType { parts.resource }
    /// `nil` for what lies in none.
    var namespace: Text? { parts.namespace }
    var fleet: Text { parts.fleet }
    /// For an object that must not carry the label.
    var name: Text? { parts.name }

    init(identity: Text, resource: ResourceType, namespace: Text?, fleet: Text, name: Text?) {
        parts = Parts(identity: identity, resource: resource, namespace: namespace, fleet: fleet, name: name)
    }

    static func == (left: FeedKey, right: FeedKey) -> Bool {
        if left.parts === right.parts { return true }
        return left.identity == right.identity && left.resource.name == right.resource.name
            && left.resource.groupVersion == right.resource.groupVersion && left.namespace == right.namespace
            && left.fleet == right.fleet && left.name == right.name
    }

    /// What a resource can do is not who it is.
    func hash(into hasher: inout Hasher) {
        hasher.combine(identity)
        hasher.combine(resource.name)
        hasher.combine(resource.group)
        hasher.combine(namespace)
        hasher.combine(name)
    }

    var query: Query {
        Query(
            Collection(resource, namespace: namespace), labels: name == nil ? "\(Claim.fleet)=\(fleet)" : "",
            fields: name.map { "metadata.name=\($0)" } ?? "", form: resource.isSecret ? .metadata : .whole)
    }

    /// Whether it would report an object of the fleet's, were it there.
    func covers(_ id: ObjectID) -> Bool {
        id.group == resource.group && id.kind == resource.kind && (namespace ?? id.namespace) == id.namespace
    }

    func id(of live: Value) -> ObjectID? {
        guard let name = live.objectName else { return nil }
        return ObjectID(
            group: resource.group, kind: resource.kind,
            namespace: resource.isNamespaced ? live.objectNamespace ?? "" : "",
            name: name)
    }
}

/// How a watch stands.
struct FeedState: Sendable {
    /// What acts as its identity.
    var api: any ClusterAPI
    /// Objects that it is there for.
    var members = 0
    /// Somebody runs it.
    var isStarted = false
    /// It has listed, and reports.
    var isLive = false
    /// Counts its lists.
    var round = 0
    /// When the list began that is under way; `nil` when none is.
    var listsSince: Moment?
    /// The last list that is over.
    var lastRound: Int { listsSince == nil ? round : round - 1 }
    /// Somebody has waited for it in vain, and nobody does again.
    var isSlow = false
    /// Why it does not report; `nil` while it does.
    var failure: KubernetesError?
    /// Ends it.
    var task: Task<Void, Never>?
}
