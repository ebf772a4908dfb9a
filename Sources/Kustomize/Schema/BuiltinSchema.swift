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
    private var names: [Text: Int] = [:]

    func field(_ name: Text, of type: Int) -> MergeSchema? {
        guard types.indices.contains(type) else { return nil }
        for field in types[type] where field.name == name { return field.schema }
        return nil
    }

    func type(named name: Text) -> Int? { names[name] }

    func root(of type: GroupVersionKind) -> Int? { roots[type] }

    /// By bytes: to split by characters takes ten times as long, at each start of the program.
    private typealias Word = Substring.UTF8View

    private init() {
        let lines = Self.lines(of: Self.typeTable)
        for line in lines {
            if let name = line.first?.dropLast() { names[Text(name)] = names.count }
        }
        for line in lines { types.append(line.dropFirst().compactMap { field($0) }) }
        for line in Self.lines(of: Self.rootTable) {
            guard let version = line.first?.dropLast() else { continue }
            var root = GroupVersionKind(apiVersion: Text(version), kind: "")
            for word in line.dropFirst() {
                let (kind, type) = Self.halves(of: word)
                guard let index = names[Text(type ?? kind)] ?? names["Plain"] else { continue }
                root.kind = Text(kind)
                roots[root] = index
            }
        }
    }

    private static func lines(of table: String) -> [[Word]] {
        table.utf8.split(separator: UInt8(ascii: "\n")).map { $0.split(separator: UInt8(ascii: " ")) }
    }

    /// What stands before and behind the first `=`.
    private static func halves(of word: Word) -> (Word, Word?) {
        guard let equals = word.firstIndex(of: UInt8(ascii: "=")) else { return (word, nil) }
        return (word[..<equals], word[word.index(after: equals)...])
    }

    /// `name=Type` is a map, `name=(Type)` a list that is replaced, `name=[Type]key,key` one that is merged.
    private func field(_ word: Word) -> (name: Text, schema: MergeSchema)? {
        let (name, rest) = Self.halves(of: word)
        guard let rest else { return nil }
        switch rest.first {
        case UInt8(ascii: "["):
            let type = rest.dropFirst().prefix { $0 != UInt8(ascii: "]") }
            let keys = rest[type.endIndex...].dropFirst().split(separator: UInt8(ascii: ",")).map { Text($0) }
            return (Text(name), .list(keys: keys, element: names[Text(type)]))
        case UInt8(ascii: "("):
            return (Text(name), .list(keys: nil, element: names[Text(rest.dropFirst().dropLast())]))
        default: return names[Text(rest)].map { (Text(name), .builtin($0)) }
        }
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

extension Text {
    fileprivate init(_ word: Substring.UTF8View) { self.init(String(Substring(word))) }
}
