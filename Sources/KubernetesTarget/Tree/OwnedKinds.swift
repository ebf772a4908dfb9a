// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import KubernetesClient
import Manifest

/// What objects of a kind may own, and how to look for it. Who owns what is decided by owner references alone: this only
/// keeps a look small.
enum OwnedKinds {
    struct Kind: Hashable, Sendable {
        var group: Text
        var kind: Text

        init(_ group: Text, _ kind: Text) {
            self.group = group
            self.kind = kind
        }

        init(_ id: ObjectID) { self.init(id.group, id.kind) }
    }

    /// Kinds that controllers make for an object of this one, in its own namespace.
    static func of(_ id: ObjectID) -> [Kind] {
        if let known = table[Kind(id)] { return known }
        return builtIn.contains(id.group) ? [] : workloads
    }

    /// The label selector that what an object owns fits, as far as its specification says one; empty for all.
    static func selector(of live: Value, _ id: ObjectID) -> Text {
        if Kind(id) == Kind("", "Service") { return "kubernetes.io/service-name=\(id.name)" }
        guard let labels = live["spec"]?["selector"]?["matchLabels"]?.objectValue else { return "" }
        let terms = labels.pairs.compactMap { pair in pair.value.stringValue.map { "\(pair.key)=\($0)" } }
        return Text(terms.joined(separator: ","))
    }

    /// Whether what a child owns also fits its owner's selector, so that one question finds what all of them own.
    static func isInherited(from owner: ObjectID) -> Bool { Kind(owner) == Kind("apps", "Deployment") }

    private static let pods = [Kind("", "Pod")]

    private static let table: [Kind: [Kind]] = [
        Kind("apps", "Deployment"): [Kind("apps", "ReplicaSet")],
        Kind("apps", "ReplicaSet"): pods,
        Kind("apps", "StatefulSet"): pods,
        Kind("apps", "DaemonSet"): pods,
        Kind("batch", "Job"): pods,
        Kind("", "ReplicationController"): pods,
        Kind("batch", "CronJob"): [Kind("batch", "Job")],
        Kind("", "Service"): [Kind("discovery.k8s.io", "EndpointSlice")],
    ]

    /// Of a kind that somebody else defined: what operators run things with.
    private static let workloads = [
        Kind("apps", "Deployment"), Kind("apps", "StatefulSet"), Kind("apps", "DaemonSet"), Kind("apps", "ReplicaSet"),
        Kind("batch", "CronJob"), Kind("batch", "Job"), Kind("", "Service"), Kind("", "Pod"),
    ]

    /// The groups of Kubernetes itself. Others end in its domain, too: a Gateway owns Deployments.
    private static let builtIn: Set<Text> = [
        "", "apps", "batch", "autoscaling", "policy", "extensions", "admissionregistration.k8s.io",
        "apiextensions.k8s.io", "apiregistration.k8s.io", "certificates.k8s.io", "coordination.k8s.io",
        "discovery.k8s.io", "events.k8s.io", "flowcontrol.apiserver.k8s.io", "networking.k8s.io", "node.k8s.io",
        "rbac.authorization.k8s.io", "scheduling.k8s.io", "storage.k8s.io",
    ]
}
