// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// The merge keys of the built-in kinds, by the API of Kubernetes 1.21 that kustomize v5.6 knows (the extensions
/// `x-kubernetes-patch-strategy`, `x-kubernetes-patch-merge-key` and `x-kubernetes-list-map-keys` of its OpenAPI
/// document). Types below which nothing is merged are left out.
struct BuiltinSchema: Sendable {
    static let table = BuiltinSchema()

    private var types: [[(name: Text, schema: MergeSchema)]] = []
    private var roots: [GroupVersionKind: Int] = [:]
    private var names: [Substring: Int] = [:]

    func field(_ name: Text, of type: Int) -> MergeSchema? {
        guard types.indices.contains(type) else { return nil }
        for field in types[type] where field.name == name { return field.schema }
        return nil
    }

    func type(named name: Substring) -> Int? { names[name] }

    func root(of type: GroupVersionKind) -> Int? { roots[type] }

    private init() {
        var indices: [Substring: Int] = [:]
        let lines = Self.typeTable.split(separator: "\n").map { $0.split(separator: " ") }
        for line in lines {
            guard let name = line.first?.dropLast() else { continue }
            indices[name] = indices.count
        }
        names = indices
        for line in lines { types.append(line.dropFirst().compactMap { Self.field($0, indices) }) }
        for line in Self.rootTable.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard let version = words.first?.dropLast() else { continue }
            for word in words.dropFirst() {
                let parts = word.split(separator: "=")
                guard let kind = parts.first, let index = indices[parts.last ?? kind] ?? indices["Plain"] else {
                    continue
                }
                roots[GroupVersionKind(apiVersion: Text(String(version)), kind: Text(String(kind)))] = index
            }
        }
    }

    /// `name=Type` is a map, `name=(Type)` a list that is replaced, `name=[Type]key,key` one that is merged.
    private static func field(_ text: Substring, _ indices: [Substring: Int]) -> (name: Text, schema: MergeSchema)? {
        let parts = text.split(separator: "=", maxSplits: 1)
        guard parts.count == 2 else { return nil }
        let name = Text(String(parts[0]))
        let rest = parts[1]
        if rest.hasPrefix("[") {
            let inner = rest.dropFirst().prefix { $0 != "]" }
            let keys = rest.dropFirst(inner.count + 2).split(separator: ",").map { Text(String($0)) }
            return (name, .list(keys: keys, element: indices[inner]))
        }
        if rest.hasPrefix("(") { return (name, .list(keys: nil, element: indices[rest.dropFirst().dropLast()])) }
        return indices[rest].map { (name, .builtin($0)) }
    }

    private static let typeTable = """
        APIService: metadata=ObjectMeta status=Conditions
        CSINode: metadata=ObjectMeta spec=CSINodeSpec
        CSINodeSpec: drivers=[]name
        ComponentStatus: conditions=[]type metadata=ObjectMeta
        Conditions: conditions=[]type
        Container: env=[]name ports=[]containerPort,protocol volumeDevices=[]devicePath volumeMounts=[]mountPath
        CronJob: metadata=ObjectMeta spec=CronJobSpec
        CronJobSpec: jobTemplate=JobTemplateSpec
        EphemeralVolumeSource: volumeClaimTemplate=Plain
        JobTemplateSpec: metadata=ObjectMeta spec=PodOwnerSpec
        Namespace: metadata=ObjectMeta status=Conditions
        Node: metadata=ObjectMeta spec=NodeSpec status=NodeStatus
        NodeSpec: podCIDRs=[]
        NodeStatus: addresses=[]type conditions=[]type
        ObjectMeta: finalizers=[] ownerReferences=[]uid
        PersistentVolumeClaim: metadata=ObjectMeta status=Conditions
        Plain: metadata=ObjectMeta
        Pod: metadata=ObjectMeta spec=PodSpec status=PodStatus
        PodDisruptionBudget: metadata=ObjectMeta status=Conditions
        PodOwner: metadata=ObjectMeta spec=PodOwnerSpec status=Conditions
        PodOwnerSpec: template=PodTemplateSpec
        PodSpec: containers=[Container]name ephemeralContainers=[Container]name hostAliases=[]ip \
        imagePullSecrets=[]name initContainers=[Container]name \
        topologySpreadConstraints=[]topologyKey,whenUnsatisfiable volumes=[Volume]name
        PodStatus: conditions=[]type podIPs=[]ip
        PodTemplate: metadata=ObjectMeta template=PodTemplateSpec
        PodTemplateSpec: metadata=ObjectMeta spec=PodSpec
        Service: metadata=ObjectMeta spec=ServiceSpec status=Conditions
        ServiceAccount: metadata=ObjectMeta secrets=[]name
        ServiceSpec: ports=[]port,protocol
        StatefulSet: metadata=ObjectMeta spec=StatefulSetSpec status=Conditions
        StatefulSetSpec: template=PodTemplateSpec volumeClaimTemplates=(PersistentVolumeClaim)
        Volume: ephemeral=EphemeralVolumeSource
        WebhookConfiguration: metadata=ObjectMeta webhooks=[]name
        """

    /// Kinds without a type of their own merge by their metadata alone.
    private static let rootTable = """
        admissionregistration.k8s.io/v1: MutatingWebhookConfiguration=WebhookConfiguration \
        ValidatingWebhookConfiguration=WebhookConfiguration
        admissionregistration.k8s.io/v1beta1: MutatingWebhookConfiguration=WebhookConfiguration \
        ValidatingWebhookConfiguration=WebhookConfiguration
        apiextensions.k8s.io/v1: CustomResourceDefinition
        apiextensions.k8s.io/v1beta1: CustomResourceDefinition
        apiregistration.k8s.io/v1: APIService
        apiregistration.k8s.io/v1beta1: APIService
        apps/v1: ControllerRevision DaemonSet=PodOwner Deployment=PodOwner ReplicaSet=PodOwner StatefulSet
        autoscaling/v1: HorizontalPodAutoscaler Scale
        autoscaling/v2beta1: HorizontalPodAutoscaler
        autoscaling/v2beta2: HorizontalPodAutoscaler
        batch/v1: CronJob Job=PodOwner
        batch/v1beta1: CronJob
        certificates.k8s.io/v1: CertificateSigningRequest
        certificates.k8s.io/v1beta1: CertificateSigningRequest
        coordination.k8s.io/v1: Lease
        coordination.k8s.io/v1beta1: Lease
        discovery.k8s.io/v1: EndpointSlice
        discovery.k8s.io/v1beta1: EndpointSlice
        events.k8s.io/v1: Event
        events.k8s.io/v1beta1: Event
        extensions/v1beta1: Ingress
        flowcontrol.apiserver.k8s.io/v1beta1: FlowSchema PriorityLevelConfiguration
        networking.k8s.io/v1: Ingress IngressClass NetworkPolicy
        networking.k8s.io/v1beta1: Ingress IngressClass
        node.k8s.io/v1: RuntimeClass
        node.k8s.io/v1beta1: RuntimeClass
        policy/v1: PodDisruptionBudget
        policy/v1beta1: PodDisruptionBudget PodSecurityPolicy
        rbac.authorization.k8s.io/v1: ClusterRole ClusterRoleBinding Role RoleBinding
        rbac.authorization.k8s.io/v1beta1: ClusterRole ClusterRoleBinding Role RoleBinding
        scheduling.k8s.io/v1: PriorityClass
        scheduling.k8s.io/v1beta1: PriorityClass
        storage.k8s.io/v1: CSIDriver CSINode StorageClass VolumeAttachment
        storage.k8s.io/v1beta1: CSIDriver CSINode CSIStorageCapacity StorageClass VolumeAttachment
        v1: ComponentStatus ConfigMap Endpoints Event LimitRange Namespace Node PersistentVolume PersistentVolumeClaim \
        Pod PodTemplate ReplicationController=PodOwner ResourceQuota Secret Service ServiceAccount
        """
}
