// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// Makes what others have applied our own: their fields are added to those that the server says we have applied, so
/// that a field that Git names no more goes, as if it had been ours from the beginning. Pure.
struct Handover: Sendable {
    /// The managers of those that bring declared manifests to clusters: `kubectl apply` and its kin, Helm, the
    /// controllers of Argo CD and Flux. Whoever edits by hand, and controllers that fill in fields, are none of them.
    static let appliers: Set<Text> = [
        "kubectl", "kubectl-client-side-apply", "kubectl-create", "kubectl-replace", "before-first-apply", "helm",
        "argocd-controller", "argocd-application-controller", "kustomize-controller", "helm-controller",
    ]

    /// Whose fields are taken over; empty when nothing is.
    let managers: [Text]
    /// What `metadata.managedFields` becomes.
    let entries: [Value]

    /// - Parameter apiVersion: in which the object is declared. What was applied in another names its fields in another
    ///   way, and is left to whoever applied it.
    init(of live: Value, from names: Set<Text>, to manager: Text, apiVersion: Text) {
        var taken: Set<Text> = []
        var ours = Value.object(Object())
        var rest: [Value] = []
        for entry in (live["metadata"]?["managedFields"]?.arrayValue ?? []).prefix(ManagedFields.entryLimit) {
            let name = entry["manager"]?.stringValue ?? ""
            let isApply = entry["operation"]?.stringValue == "Apply"
            let isMeant = names.contains(name) || name == manager && isApply
            guard isMeant, (entry["subresource"]?.stringValue ?? "").isEmpty,
                entry["apiVersion"]?.stringValue == apiVersion, let fields = entry["fieldsV1"]
            else {
                rest.append(entry)
                continue
            }
            if name != manager { taken.insert(name) }
            ours = Self.union(ours, fields)
        }
        managers = taken.sorted()
        let entry: Value = [
            "manager": .string(manager), "operation": "Apply", "apiVersion": .string(apiVersion),
            "fieldsType": "FieldsV1", "fieldsV1": ours,
        ]
        entries = [entry] + rest
    }

    /// The object as it will be.
    func applied(to live: Value) -> Value { live.settingMetadata("managedFields", .array(entries)) }

    /// A patch of the very object that was read.
    func patch(of live: Value) -> [Value] {
        let version = live["metadata"]?["resourceVersion"] ?? .null
        return [
            ["op": "test", "path": "/metadata/resourceVersion", "value": version],
            ["op": "replace", "path": "/metadata/managedFields", "value": .array(entries)],
        ]
    }

    /// Of two sets in the server's own format, which is a tree of maps.
    private static func union(_ left: Value, _ right: Value) -> Value {
        guard var object = left.objectValue, let other = right.objectValue else { return left }
        for pair in other.pairs { object[pair.key] = object[pair.key].map { union($0, pair.value) } ?? pair.value }
        return .object(object)
    }
}
