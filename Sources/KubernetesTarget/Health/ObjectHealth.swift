// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

/// How well a live object does: the rules of kstatus, with those of Argo CD where it has none. What differs from both,
/// and why, is in docs/health.md.
enum ObjectHealth {
    /// - Parameter appliedGeneration: what our last apply made; an older status says nothing about it.
    static func report(of object: Value, appliedGeneration: Int64 = 0, now: Time) -> HealthReport {
        let subject = HealthSubject(object: object, appliedGeneration: appliedGeneration, now: now)
        if object["metadata"]?["deletionTimestamp"] != nil { return .progressing("is being deleted") }
        if let observed = subject.status["observedGeneration"]?.intValue, observed < subject.newest {
            return .progressing(HealthSubject.unseen.string)
        }
        let (stalled, reconciling) = (subject.condition("Stalled"), subject.condition("Reconciling"))
        if let stalled, stalled.isTrue { return .degraded(stalled.words) }
        for condition in [stalled, reconciling].compactMap(\.self) where condition.isTrue || condition.wasTrue {
            return .progressing(condition.words)
        }
        let key = Key(object)
        if let rule = rules[key] { return rule(subject) }
        return ReadyCondition.health(subject)
    }

    /// Whether an object's health is its status, without a word on which generation that is about.
    static func hasUnversionedStatus(_ object: Value) -> Bool {
        let key = Key(object)
        return rules[key] != nil && object["status"]?["observedGeneration"] == nil && !versioned.contains(key)
            && !isSteady(object)
    }

    /// The same by its name alone, of kinds all of whose objects are like that.
    static func isSteady(_ id: ObjectID) -> Bool { steady.contains(Key(id.group, id.kind)) }

    /// Whether an object is well for as long as it is there: it has nothing to do.
    static func isSteady(_ object: Value) -> Bool {
        let key = Key(object)
        return steady.contains(key) || key == Key("", "Service") && object["spec"]?["type"] != "LoadBalancer"
    }

    struct Key: Hashable, Sendable {
        var group: Text
        var kind: Text

        init(_ group: Text, _ kind: Text) {
            self.group = group
            self.kind = kind
        }

        init(_ object: Value) {
            let version = object["apiVersion"]?.stringValue ?? ""
            let slash = version.utf8.firstIndex(of: UInt8(ascii: "/"))
            group = slash.flatMap { Text(utf8: version.utf8[..<$0]) } ?? ""
            kind = object["kind"]?.stringValue ?? ""
        }
    }

    private static let rules: [Key: @Sendable (HealthSubject) -> HealthReport] = [
        Key("apps", "Deployment"): DeploymentHealth.health,
        Key("extensions", "Deployment"): DeploymentHealth.health,
        Key("apps", "StatefulSet"): StatefulSetHealth.health,
        Key("apps", "DaemonSet"): DaemonSetHealth.health,
        Key("extensions", "DaemonSet"): DaemonSetHealth.health,
        Key("apps", "ReplicaSet"): ReplicaSetHealth.health,
        Key("extensions", "ReplicaSet"): ReplicaSetHealth.health,
        Key("", "Pod"): PodHealth.health,
        Key("", "Service"): ServiceHealth.health,
        Key("", "PersistentVolumeClaim"): PersistentVolumeClaimHealth.health,
        Key("", "PersistentVolume"): PersistentVolumeHealth.health,
        Key("", "Namespace"): NamespaceHealth.health,
        Key("batch", "Job"): JobHealth.health,
        Key("batch", "CronJob"): CronJobHealth.health,
        Key("autoscaling", "HorizontalPodAutoscaler"): HorizontalPodAutoscalerHealth.health,
        Key("apiextensions.k8s.io", "CustomResourceDefinition"): CustomResourceDefinitionHealth.health,
        Key("apiregistration.k8s.io", "APIService"): APIServiceHealth.health,
    ]

    private static let steady: Set<Key> = [
        Key("", "ConfigMap"), Key("", "Secret"), Key("", "ServiceAccount"), Key("", "LimitRange"),
        Key("networking.k8s.io", "NetworkPolicy"), Key("networking.k8s.io", "IngressClass"),
        Key("networking.k8s.io", "Ingress"), Key("rbac.authorization.k8s.io", "ClusterRole"),
        Key("rbac.authorization.k8s.io", "ClusterRoleBinding"), Key("rbac.authorization.k8s.io", "Role"),
        Key("rbac.authorization.k8s.io", "RoleBinding"), Key("scheduling.k8s.io", "PriorityClass"),
        Key("storage.k8s.io", "StorageClass"),
    ]

    /// Their controllers say which generation they speak of, once they have spoken.
    private static let versioned: Set<Key> = [
        Key("apps", "Deployment"), Key("apps", "StatefulSet"), Key("apps", "DaemonSet"), Key("apps", "ReplicaSet"),
    ]
}
