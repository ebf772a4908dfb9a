// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// `sortOptions`: the order in which objects come out.
struct SortOptions: Sendable {
    enum Order: Text {
        case fifo, legacy
    }

    private let order: Order
    private let first: [Text]
    private let last: [Text]

    /// By kind, as the command line has it when nothing is said.
    static let legacy = SortOptions(order: .legacy, first: standardFirst, last: standardLast)

    private init(order: Order, first: [Text], last: [Text]) {
        self.order = order
        self.first = first
        self.last = last
    }

    init(_ field: Field) throws(KustomizeError) {
        let fields = try field.fields(["order", "legacySortOptions"], of: "sortOptions")
        let written = try fields.text("order")
        guard let order = Order(rawValue: written) else {
            throw (fields["order"] ?? field).error(
                written.isEmpty ? "sortOptions needs an order" : "there is no order \(written.quoted)",
                advice: "order is fifo or legacy")
        }
        self.order = order
        guard let options = fields["legacySortOptions"] else {
            (first, last) = (Self.standardFirst, Self.standardLast)
            return
        }
        guard order == .legacy else {
            throw options.error("legacySortOptions needs order: legacy", advice: "remove it, or change the order")
        }
        let lists = try options.fields(["orderFirst", "orderLast"], of: "legacySortOptions")
        first = try lists.texts("orderFirst")
        last = try lists.texts("orderLast")
    }

    func apply(to set: inout ResourceSet) {
        guard order == .legacy else { return }
        var ranks: [Text: Int] = [:]
        for (index, kind) in first.enumerated() { ranks[kind] = index - first.count }
        for (index, kind) in last.enumerated() { ranks[kind] = index + 1 }
        // Many objects are of few types.
        var types: [GroupVersionKind: TypeKey] = [:]
        set.sort { resource in
            let type = resource.type
            let key = types[type] ?? TypeKey(type, rank: ranks[type.kind] ?? 0)
            types[type] = key
            return SortKey(resource, key)
        } by: {
            $0 < $1
        }
    }

    /// How a type stands to others: by the rank of its kind, then by the text by which kustomize orders types.
    private struct TypeKey {
        let type: GroupVersionKind
        let rank: Int
        let text: Text
        /// What the text of an object of the type begins with.
        let start: Text

        init(_ type: GroupVersionKind, rank: Int) {
            self.type = type
            self.rank = rank
            func or(_ text: Text, _ other: Text) -> Text { text.isEmpty ? other : text }
            text = "\(or(type.group, "~G"))_\(or(type.version, "~V"))_\(or(type.kind, "~K"))"
            start = "\(or(type.kind, "[noKind]")).\(or(type.version, "[noVer]")).\(or(type.group, "[noGrp]"))|"
        }
    }

    /// By its type, then by the text by which kustomize orders objects.
    private struct SortKey: Comparable {
        let type: TypeKey
        let text: Text

        init(_ resource: Resource, _ type: TypeKey) {
            self.type = type
            let (namespace, name) = (resource.namespace, resource.name)
            var text = type.start.string
            text += namespace.isEmpty ? "~X" : namespace.string
            text += "|"
            text += name.isEmpty ? "~N" : name.string
            self.text = Text(text)
        }

        static func == (left: SortKey, right: SortKey) -> Bool {
            left.type.rank == right.type.rank && left.text == right.text
        }

        static func < (left: SortKey, right: SortKey) -> Bool {
            if left.type.type == right.type.type { return left.text < right.text }
            return left.type.rank == right.type.rank
                ? left.type.text < right.type.text : left.type.rank < right.type.rank
        }
    }

    private static let standardFirst: [Text] = [
        "Namespace", "ResourceQuota", "StorageClass", "CustomResourceDefinition", "ServiceAccount", "PodSecurityPolicy",
        "Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding", "ConfigMap", "Secret", "Endpoints", "Service",
        "LimitRange", "PriorityClass", "PersistentVolume", "PersistentVolumeClaim", "Deployment", "StatefulSet",
        "CronJob", "PodDisruptionBudget",
    ]
    private static let standardLast: [Text] = ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"]
}
