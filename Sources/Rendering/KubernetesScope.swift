// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// Which kinds lie in no namespace, as far as that can be known without asking a server: Kubernetes' own as of 1.36,
/// and those whose definitions lie beside the objects.
package struct KubernetesScope: Sendable {
    private let declared: [Kind: Bool]

    private struct Kind: Hashable {
        var group: Text
        var kind: Text
    }

    /// - Parameter objects: among which definitions are looked for.
    package init(definitionsIn objects: some Sequence<Value> = [Value]()) {
        var declared: [Kind: Bool] = [:]
        for object in objects where object["kind"]?.stringValue == "CustomResourceDefinition" {
            guard let group = object["spec"]?["group"]?.stringValue,
                let kind = object["spec"]?["names"]?["kind"]?.stringValue
            else { continue }
            declared[Kind(group: group, kind: kind)] = object["spec"]?["scope"]?.stringValue != "Cluster"
        }
        self.declared = declared
    }

    /// Kinds that nobody defines here count as namespaced: most are, and the driver asks the server before it acts.
    package func isNamespaced(group: Text, kind: Text) -> Bool {
        declared[Kind(group: group, kind: kind)] ?? !Self.clusterKinds.contains(Kind(group: group, kind: kind))
    }

    private static let clusterKinds: Set<Kind> = Set(
        names.flatMap { group, kinds in kinds.map { Kind(group: group, kind: $0) } })

    private static let names: [Text: [Text]] = [
        "": ["ComponentStatus", "Namespace", "Node", "PersistentVolume"],
        "admissionregistration.k8s.io": [
            "MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding", "MutatingWebhookConfiguration",
            "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding", "ValidatingWebhookConfiguration",
        ],
        "apiextensions.k8s.io": ["CustomResourceDefinition"],
        "apiregistration.k8s.io": ["APIService"],
        "authentication.k8s.io": ["SelfSubjectReview", "TokenReview"],
        "authorization.k8s.io": ["SelfSubjectAccessReview", "SelfSubjectRulesReview", "SubjectAccessReview"],
        "certificates.k8s.io": ["CertificateSigningRequest", "ClusterTrustBundle"],
        "flowcontrol.apiserver.k8s.io": ["FlowSchema", "PriorityLevelConfiguration"],
        "gateway.networking.k8s.io": ["GatewayClass"],
        "internal.apiserver.k8s.io": ["StorageVersion"],
        "networking.k8s.io": ["IngressClass", "IPAddress", "ServiceCIDR"],
        "node.k8s.io": ["RuntimeClass"],
        "policy": ["PodSecurityPolicy"],
        "rbac.authorization.k8s.io": ["ClusterRole", "ClusterRoleBinding"],
        "resource.k8s.io": ["DeviceClass", "DeviceTaintRule", "ResourceSlice"],
        "scheduling.k8s.io": ["PriorityClass"],
        "storage.k8s.io": ["CSIDriver", "CSINode", "StorageClass", "VolumeAttachment", "VolumeAttributesClass"],
        "storagemigration.k8s.io": ["StorageVersionMigration"],
    ]
}
