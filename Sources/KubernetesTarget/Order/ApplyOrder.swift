// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// The customary order of kinds within a wave: what others need comes first. Objects of one step are applied together;
/// deleting goes the other way.
enum ApplyOrder {
    static func step(of object: ObjectID) -> Int {
        switch object.group.string {
        case "apiextensions.k8s.io": 0
        case "admissionregistration.k8s.io", "apiregistration.k8s.io": 6
        case "autoscaling", "policy", "monitoring.coreos.com": 5
        case "rbac.authorization.k8s.io", "storage.k8s.io", "scheduling.k8s.io", "node.k8s.io": 2
        case "networking.k8s.io" where object.kind == "IngressClass": 2
        case "networking.k8s.io" where object.kind == "NetworkPolicy": 2
        case "networking.k8s.io", "extensions": 5
        case "": core[object.kind] ?? 4
        default: 4
        }
    }

    private static let core: [Text: Int] = [
        "Namespace": 1, "ResourceQuota": 2, "LimitRange": 2, "ServiceAccount": 2, "Secret": 2, "ConfigMap": 2,
        "PersistentVolume": 2, "PersistentVolumeClaim": 2, "Service": 3, "Pod": 4, "ReplicationController": 4,
    ]

    /// What objects are kinds of, and what they lie in.
    static func isFoundation(_ object: ObjectID) -> Bool { step(of: object) < 2 }

    /// Whether servers up to 1.23 refuse an apply that names a version where the object is to be made.
    static func takesNoVersion(_ object: ObjectID) -> Bool { object.group.isEmpty && object.kind == "Service" }

    /// Kinds whose loss takes data or everything of a namespace or kind along: deleting one waits for a person.
    static func isProtected(_ object: ObjectID) -> Bool {
        switch (object.group.string, object.kind.string) {
        case ("", "Namespace"), ("", "PersistentVolume"), ("", "PersistentVolumeClaim"): true
        case ("apiextensions.k8s.io", "CustomResourceDefinition"): true
        default: false
        }
    }
}
