// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import KubernetesClient
import Manifest
import Model

/// What would go with a namespace.
struct NamespaceContents: Sendable {
    let reach: Reach

    /// Why it must stay: it holds something that is not this unit's, or nobody can say what it holds.
    func refusal(_ name: Text) async throws(KubernetesError) -> Text? {
        let discovery = try await reach.shared.discovery(.refreshed)
        guard discovery.knows(group: "") else {
            return "a part of the API does not answer, so nobody knows what it holds"
        }
        for resource in discovery.preferredResources where resource.isNamespaced && resource.verbs.contains("list") {
            if Self.passing.contains("\(resource)") { continue }
            var foreign: Text?
            let query = Query(Collection(resource, namespace: name), form: .metadata)
            do throws(KubernetesError) {
                _ = try await reach.api.list(query) { (object) async throws(KubernetesError) in
                    if foreign == nil, isForeign(object, resource) {
                        foreign = "\(resource.kind)/\(object.objectName ?? "?")"
                    }
                }
            } catch {
                if error.code == .notFound || error.code == .methodNotAllowed { continue }
                if error.code == .notServed, try await isServedNoMore(resource) { continue }
                return "its \(Text("\(resource)")) cannot be listed: \(error.message)"
            }
            if let foreign { return "it holds \(foreign), which is not this unit's" }
        }
        return nil
    }

    /// Whether the kind went since it was found, and its objects before it. A 404 alone may come from whatever lies between.
    private func isServedNoMore(_ resource: ResourceType) async throws(KubernetesError) -> Bool {
        let discovery = try await reach.shared.discovery(.refreshed)
        return discovery.knows(group: "") && discovery.knows(group: resource.group)
            && discovery.resource(group: resource.group, name: resource.name) == nil
    }

    private func isForeign(_ object: Value, _ resource: ResourceType) -> Bool {
        if Claim.holder(of: object) == .unit(reach.unit.unit) { return false }
        if object.annotation(Claim.inventory) == Text(reach.unit.unit.description) { return false }
        // What controllers made goes with what they made it for.
        if object.metadata?["ownerReferences"]?.arrayValue?.isEmpty == false { return false }
        let name = object.objectName ?? ""
        switch resource.description {
        case "serviceaccounts": return name != "default"
        case "configmaps": return name != "kube-root-ca.crt"
        case "secrets":
            return object.annotation("kubernetes.io/service-account.name") == nil
        default: return true
        }
    }

    /// Records of what goes on, not things.
    private static let passing: Set<String> = [
        "events", "events.events.k8s.io", "endpoints", "endpointslices.discovery.k8s.io", "leases.coordination.k8s.io",
        "pods.metrics.k8s.io",
    ]
}
