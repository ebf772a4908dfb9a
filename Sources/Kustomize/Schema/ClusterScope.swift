// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// The built-in kinds that lie in no namespace, by the API of Kubernetes 1.21 that kustomize v5.6 knows. Any other kind
/// is taken for namespaced.
enum ClusterScope {
    static func contains(_ type: GroupVersionKind) -> Bool {
        guard let versions = table[type.kind] else { return false }
        return versions.contains { $0.group == type.group && $0.version == type.version }
    }

    private static let table: [Text: [(group: Text, version: Text)]] = [
        "APIService": of("apiregistration.k8s.io", "v1", "v1beta1"),
        "CSIDriver": of("storage.k8s.io", "v1", "v1beta1"),
        "CSINode": of("storage.k8s.io", "v1", "v1beta1"),
        "CertificateSigningRequest": of("certificates.k8s.io", "v1", "v1beta1"),
        "ClusterRole": of("rbac.authorization.k8s.io", "v1", "v1beta1"),
        "ClusterRoleBinding": of("rbac.authorization.k8s.io", "v1", "v1beta1"),
        "ComponentStatus": of("", "v1"),
        "CustomResourceDefinition": of("apiextensions.k8s.io", "v1", "v1beta1"),
        "FlowSchema": of("flowcontrol.apiserver.k8s.io", "v1beta1"),
        "IngressClass": of("networking.k8s.io", "v1", "v1beta1"),
        "MutatingWebhookConfiguration": of("admissionregistration.k8s.io", "v1", "v1beta1"),
        "Namespace": of("", "v1"),
        "Node": of("", "v1"),
        "NodeProxyOptions": of("", "v1"),
        "PersistentVolume": of("", "v1"),
        "PodSecurityPolicy": of("policy", "v1beta1"),
        "PriorityClass": of("scheduling.k8s.io", "v1", "v1beta1"),
        "PriorityLevelConfiguration": of("flowcontrol.apiserver.k8s.io", "v1beta1"),
        "RuntimeClass": of("node.k8s.io", "v1", "v1beta1"),
        "StorageClass": of("storage.k8s.io", "v1", "v1beta1"),
        "ValidatingWebhookConfiguration": of("admissionregistration.k8s.io", "v1", "v1beta1"),
        "VolumeAttachment": of("storage.k8s.io", "v1", "v1beta1"),
    ]

    private static func of(_ group: Text, _ versions: Text...) -> [(group: Text, version: Text)] {
        versions.map { (group, $0) }
    }
}
