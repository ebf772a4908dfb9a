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
        set.sort {
            SortKey($0, rank: ranks[$0.kind] ?? 0)
        } by: {
            $0 < $1
        }
    }

    /// Rank of the kind, then the texts by which kustomize orders types and objects.
    private struct SortKey: Comparable {
        let rank: Int
        let type: GroupVersionKind
        let typeText: Text
        let idText: Text

        init(_ resource: Resource, rank: Int) {
            self.rank = rank
            type = resource.type
            func or(_ text: Text, _ other: Text) -> Text { text.isEmpty ? other : text }
            typeText = "\(or(type.group, "~G"))_\(or(type.version, "~V"))_\(or(type.kind, "~K"))"
            let namespace = or(resource.namespace, "~X")
            idText =
                "\(or(type.kind, "[noKind]")).\(or(type.version, "[noVer]")).\(or(type.group, "[noGrp]"))|\(namespace)|\(or(resource.name, "~N"))"
        }

        static func == (left: SortKey, right: SortKey) -> Bool {
            left.rank == right.rank && left.idText == right.idText
        }

        static func < (left: SortKey, right: SortKey) -> Bool {
            if left.type == right.type { return left.idText < right.idText }
            return left.rank == right.rank ? left.typeText < right.typeText : left.rank < right.rank
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
