// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// The fields that transformers change when nothing else is said, as in kustomize v5.6.0.
extension TransformerConfig {
    static func makeStandard() -> TransformerConfig {
        var config = TransformerConfig()
        config.namePrefix = [FieldSpec("metadata/name")]
        config.nameSuffix = [FieldSpec("metadata/name")]
        config.namespace = [
            FieldSpec("metadata/name", creates: true, kind: "Namespace"),
            FieldSpec("spec/service/namespace", creates: true, group: "apiregistration.k8s.io", kind: "APIService"),
            FieldSpec(
                "spec/conversion/webhook/clientConfig/service/namespace", group: "apiextensions.k8s.io",
                kind: "CustomResourceDefinition"),
        ]
        config.commonLabels = selectorLabels + metadataLabels
        config.templateLabels = metadataLabels
        config.commonAnnotations = annotations
        config.nameReferences = NameReferenceTable.standard
        config.variableReferences = variables
        config.images = ["", "spec/template/"].flatMap { prefix in
            ["spec/containers[]/image", "spec/initContainers[]/image"].map {
                FieldSpec("\(prefix)\($0)", creates: true)
            }
        }
        config.replicas = ["Deployment", "ReplicationController", "ReplicaSet", "StatefulSet"].map {
            FieldSpec("spec/replicas", creates: true, kind: $0)
        }
        return config
    }

    private static let metadataLabels: [FieldSpec] =
        [
            FieldSpec("metadata/labels", creates: true)
        ] + podTemplates("metadata/labels")

    private static let annotations: [FieldSpec] =
        [
            FieldSpec("metadata/annotations", creates: true)
        ] + podTemplates("metadata/annotations")

    /// A field of the templates that the built-in kinds make pods from.
    private static func podTemplates(_ path: String) -> [FieldSpec] {
        [
            FieldSpec("spec/template/\(path)", creates: true, version: "v1", kind: "ReplicationController"),
            FieldSpec("spec/template/\(path)", creates: true, kind: "Deployment"),
            FieldSpec("spec/template/\(path)", creates: true, kind: "ReplicaSet"),
            FieldSpec("spec/template/\(path)", creates: true, kind: "DaemonSet"),
            FieldSpec("spec/template/\(path)", creates: true, group: "apps", kind: "StatefulSet"),
            FieldSpec("spec/template/\(path)", creates: true, group: "batch", kind: "Job"),
            FieldSpec("spec/jobTemplate/\(path)", creates: true, group: "batch", kind: "CronJob"),
            FieldSpec("spec/jobTemplate/spec/template/\(path)", creates: true, group: "batch", kind: "CronJob"),
        ]
    }

    private static let selectorLabels: [FieldSpec] =
        [
            FieldSpec("spec/selector", creates: true, version: "v1", kind: "Service"),
            FieldSpec("spec/selector", creates: true, version: "v1", kind: "ReplicationController"),
            FieldSpec("spec/selector/matchLabels", creates: true, kind: "Deployment"),
        ] + spreading("Deployment") + [
            FieldSpec("spec/selector/matchLabels", creates: true, kind: "ReplicaSet"),
            FieldSpec("spec/selector/matchLabels", creates: true, kind: "DaemonSet"),
            FieldSpec("spec/selector/matchLabels", creates: true, group: "apps", kind: "StatefulSet"),
            FieldSpec("spec/volumeClaimTemplates[]/metadata/labels", creates: true, group: "apps", kind: "StatefulSet"),
        ] + spreading("StatefulSet") + [
            FieldSpec("spec/selector/matchLabels", group: "batch", kind: "Job"),
            FieldSpec("spec/jobTemplate/spec/selector/matchLabels", group: "batch", kind: "CronJob"),
            FieldSpec("spec/selector/matchLabels", group: "policy", kind: "PodDisruptionBudget"),
            FieldSpec("spec/podSelector/matchLabels", group: "networking.k8s.io", kind: "NetworkPolicy"),
            FieldSpec("spec/ingress/from/podSelector/matchLabels", group: "networking.k8s.io", kind: "NetworkPolicy"),
            FieldSpec("spec/egress/to/podSelector/matchLabels", group: "networking.k8s.io", kind: "NetworkPolicy"),
        ]

    /// Selectors by which pods are spread.
    private static func spreading(_ kind: Text) -> [FieldSpec] {
        let terms = [
            "affinity/podAffinity/preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm",
            "affinity/podAffinity/requiredDuringSchedulingIgnoredDuringExecution",
            "affinity/podAntiAffinity/preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm",
            "affinity/podAntiAffinity/requiredDuringSchedulingIgnoredDuringExecution",
            "topologySpreadConstraints",
        ]
        return terms.map { FieldSpec("spec/template/spec/\($0)/labelSelector/matchLabels", group: "apps", kind: kind) }
    }

    private static let variables: [FieldSpec] = {
        let podOwners: [(kind: Text, path: String)] = [
            ("CronJob", "spec/jobTemplate/spec/template/spec/"), ("DaemonSet", "spec/template/spec/"),
            ("Deployment", "spec/template/spec/"), ("Job", "spec/template/spec/"), ("Pod", "spec/"),
            ("ReplicaSet", "spec/template/spec/"), ("StatefulSet", "spec/template/spec/"),
        ]
        let fields = ["args", "command", "env/value", "volumeMounts/mountPath"]
        var specs: [FieldSpec] = []
        for owner in podOwners {
            for list in ["containers", "initContainers"] {
                for field in fields { specs.append(FieldSpec("\(owner.path)\(list)/\(field)", kind: owner.kind)) }
            }
        }
        for owner in podOwners where owner.kind != "CronJob" && owner.kind != "StatefulSet" {
            specs.append(FieldSpec("\(owner.path)volumes/nfs/server", kind: owner.kind))
        }
        specs += [
            // Two paths that lead nowhere in valid objects, as kustomize has them.
            FieldSpec("spec/jobTemplate/spec/template/volumes/nfs/server", kind: "CronJob"),
            FieldSpec("spec/volumeClaimTemplates/spec/nfs/server", kind: "StatefulSet"),
            FieldSpec("spec/nfs/server", kind: "PersistentVolume"),
            FieldSpec("spec/template/metadata/annotations", kind: "Deployment"),
            FieldSpec("spec/rules/host", kind: "Ingress"), FieldSpec("spec/tls/hosts", kind: "Ingress"),
            FieldSpec("spec/tls/secretName", kind: "Ingress"), FieldSpec("spec/ports/port", kind: "Service"),
            FieldSpec("spec/ports/targetPort", kind: "Service"), FieldSpec("metadata/labels"),
            FieldSpec("metadata/annotations"),
        ]
        return specs
    }()
}
