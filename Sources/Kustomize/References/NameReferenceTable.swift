// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// Which fields of the built-in kinds hold the name of another object, as in kustomize v5.6.0.
enum NameReferenceTable {
    static let standard: [TransformerConfig.NameReference] = [
        reference("Deployment", scaling), reference("ReplicationController", scaling),
        reference("ReplicaSet", scaling), reference("StatefulSet", scaling),
        reference("ConfigMap", version: "v1", configMaps), reference("Secret", version: "v1", secrets),
        reference("Service", version: "v1", services),
        reference("Role", group: rbac, [FieldSpec("roleRef/name", group: rbac, kind: "RoleBinding")]),
        reference(
            "ClusterRole", group: rbac,
            [
                FieldSpec("roleRef/name", group: rbac, kind: "RoleBinding"),
                FieldSpec("roleRef/name", group: rbac, kind: "ClusterRoleBinding"),
            ]),
        reference("ServiceAccount", version: "v1", serviceAccounts),
        reference(
            "PersistentVolumeClaim", version: "v1",
            pods.map { FieldSpec("\($0.path)volumes/persistentVolumeClaim/claimName", kind: $0.kind) }),
        reference(
            "PersistentVolume", version: "v1",
            [
                FieldSpec("spec/volumeName", kind: "PersistentVolumeClaim"),
                FieldSpec("rules/resourceNames", kind: "ClusterRole"),
            ]),
        reference(
            "StorageClass", group: "storage.k8s.io", version: "v1",
            [
                FieldSpec("spec/storageClassName", kind: "PersistentVolume"),
                FieldSpec("spec/storageClassName", kind: "PersistentVolumeClaim"),
                FieldSpec("spec/volumeClaimTemplates/spec/storageClassName", kind: "StatefulSet"),
            ]),
        reference(
            "PriorityClass", group: "scheduling.k8s.io", version: "v1",
            pods.map { FieldSpec("\($0.path)priorityClassName", kind: $0.kind) }),
        reference(
            "ValidatingAdmissionPolicy", group: "admissionregistration.k8s.io",
            [
                FieldSpec(
                    "spec/policyName", group: "admissionregistration.k8s.io", kind: "ValidatingAdmissionPolicyBinding")
            ]),
        // The group is a slip of kustomize's, kept because the output shows it: no object has it.
        reference(
            "IngressClass", group: "networking.k8s.io/v1", version: "v1",
            [FieldSpec("spec/ingressClassName", kind: "Ingress")]),
    ]

    private static let rbac: Text = "rbac.authorization.k8s.io"

    private static let scaling = [FieldSpec("spec/scaleTargetRef/name", kind: "HorizontalPodAutoscaler")]

    /// Where kinds keep the spec of their pods, as the tables for service accounts, claims and priorities have them.
    private static let pods: [(kind: Text, path: String)] = [
        ("Pod", "spec/"), ("StatefulSet", "spec/template/spec/"), ("Deployment", "spec/template/spec/"),
        ("ReplicationController", "spec/template/spec/"), ("CronJob", "spec/jobTemplate/spec/template/spec/"),
        ("Job", "spec/template/spec/"), ("DaemonSet", "spec/template/spec/"),
    ]

    /// The same, as the tables for config maps and secrets have them.
    private static let mounts: [(kind: Text, version: Text, path: String)] = [
        ("Pod", "v1", "spec/"), ("PodTemplate", "", "template/spec/"), ("Deployment", "", "spec/template/spec/"),
        ("ReplicaSet", "", "spec/template/spec/"), ("DaemonSet", "", "spec/template/spec/"),
        ("StatefulSet", "", "spec/template/spec/"), ("Job", "", "spec/template/spec/"),
        ("CronJob", "", "spec/jobTemplate/spec/template/spec/"),
    ]

    private static func mounted(_ fields: [String]) -> [FieldSpec] {
        mounts.flatMap { owner in
            fields.map { FieldSpec("\(owner.path)\($0)", version: owner.version, kind: owner.kind) }
        }
    }

    private static let configMaps: [FieldSpec] =
        mounted([
            "volumes/configMap/name", "containers/env/valueFrom/configMapKeyRef/name",
            "initContainers/env/valueFrom/configMapKeyRef/name", "containers/envFrom/configMapRef/name",
            "initContainers/envFrom/configMapRef/name", "volumes/projected/sources/configMap/name",
        ]) + [
            FieldSpec("spec/configSource/configMap", kind: "Node"), FieldSpec("rules/resourceNames", kind: "Role"),
            FieldSpec("rules/resourceNames", kind: "ClusterRole"),
            FieldSpec(#"metadata/annotations/nginx.ingress.kubernetes.io\/fastcgi-params-configmap"#, kind: "Ingress"),
        ]

    private static let secrets: [FieldSpec] =
        mounted([
            "volumes/secret/secretName", "containers/env/valueFrom/secretKeyRef/name",
            "initContainers/env/valueFrom/secretKeyRef/name", "containers/envFrom/secretRef/name",
            "initContainers/envFrom/secretRef/name", "imagePullSecrets/name", "volumes/projected/sources/secret/name",
        ]) + [
            FieldSpec("spec/tls/secretName", kind: "Ingress"),
            FieldSpec(#"metadata/annotations/ingress.kubernetes.io\/auth-secret"#, kind: "Ingress"),
            FieldSpec(#"metadata/annotations/nginx.ingress.kubernetes.io\/auth-secret"#, kind: "Ingress"),
            FieldSpec(#"metadata/annotations/nginx.ingress.kubernetes.io\/auth-tls-secret"#, kind: "Ingress"),
            FieldSpec("imagePullSecrets/name", kind: "ServiceAccount"),
            FieldSpec("parameters/secretName", kind: "StorageClass"),
            FieldSpec("parameters/adminSecretName", kind: "StorageClass"),
            FieldSpec("parameters/userSecretName", kind: "StorageClass"),
            FieldSpec("parameters/secretRef", kind: "StorageClass"),
            FieldSpec("rules/resourceNames", kind: "Role"), FieldSpec("rules/resourceNames", kind: "ClusterRole"),
            FieldSpec(
                "spec/template/spec/containers/env/valueFrom/secretKeyRef/name", group: "serving.knative.dev",
                version: "v1", kind: "Service"),
            FieldSpec("spec/azureFile/secretName", kind: "PersistentVolume"),
        ]

    private static let services: [FieldSpec] = [
        FieldSpec("spec/serviceName", group: "apps", kind: "StatefulSet"),
        FieldSpec("spec/rules/http/paths/backend/serviceName", kind: "Ingress"),
        FieldSpec("spec/backend/serviceName", kind: "Ingress"),
        FieldSpec("spec/rules/http/paths/backend/service/name", kind: "Ingress"),
        FieldSpec("spec/defaultBackend/service/name", kind: "Ingress"),
        FieldSpec("spec/service/name", group: "apiregistration.k8s.io", kind: "APIService"),
        FieldSpec(
            "webhooks/clientConfig/service", group: "admissionregistration.k8s.io",
            kind: "ValidatingWebhookConfiguration"),
        FieldSpec(
            "webhooks/clientConfig/service", group: "admissionregistration.k8s.io", kind: "MutatingWebhookConfiguration"
        ),
    ]

    private static let serviceAccounts: [FieldSpec] =
        [
            FieldSpec("subjects", group: rbac, kind: "RoleBinding"),
            FieldSpec("subjects", group: rbac, kind: "ClusterRoleBinding"),
        ] + pods.map { FieldSpec("\($0.path)serviceAccountName", kind: $0.kind) }

    private static func reference(
        _ kind: Text, group: Text = "", version: Text = "", _ referrers: [FieldSpec]
    ) -> TransformerConfig.NameReference {
        TransformerConfig.NameReference(
            target: GroupVersionKind(group: group, version: version, kind: kind), referrers: referrers)
    }
}
