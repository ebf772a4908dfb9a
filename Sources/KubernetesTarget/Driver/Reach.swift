// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Fleet
import KubernetesClient
import Manifest
import Model

/// What one call of the driver works with: the cluster as the project's identity sees it, within the project's limits.
struct Reach: Sendable {
    /// The connection as itself: for discovery, which is one for all.
    let shared: any ClusterAPI
    let api: any ClusterAPI
    let identity: Text
    let limits: KubernetesLimits
    let unit: UnitContext

    /// Where an object lies. A namespace that was given to a kind that lies in none is dropped.
    func address(of object: DesiredObject) async throws(KubernetesError) -> ObjectAddress {
        guard let version = GroupVersion(apiVersion: object.apiVersion) else {
            throw KubernetesError(
                .badRequest, subject: Text("\(object.id)"), message: "\(object.apiVersion) is no apiVersion",
                wasNotSent: true)
        }
        let resource = try await shared.resource(of: GroupVersionKind(version, kind: object.id.kind))
        return ObjectAddress(resource, namespace: object.id.namespace, name: object.id.name)
    }

    /// Whether an object may be made anew whose change the server forbids.
    func mayReplace(_ id: ObjectID) -> Bool { KubernetesLimits.names(limits.replace, id) }

    /// Whether fields of an object may be taken from other appliers.
    func mayForce(_ id: ObjectID) -> Bool { KubernetesLimits.names(limits.force, id) }

    private func hasLabel(_ object: DesiredObject) -> Bool {
        object.annotation(Claim.label) != "none" && !KubernetesLimits.names(limits.unlabelled, object.id)
    }

    /// The watch that an object belongs to.
    func feed(of object: DesiredObject, at address: ObjectAddress) -> FeedKey {
        FeedKey(
            identity: identity, resource: address.resource,
            namespace: address.resource.isNamespaced ? address.namespace : nil, fleet: unit.unit.fleet.text,
            name: hasLabel(object) ? nil : object.id.name)
    }

    /// Where something lies that was applied once, in whatever version the server prefers now.
    func address(of id: ObjectID) async throws(KubernetesError) -> ObjectAddress {
        for freshness in [DiscoveryFreshness.cached, .refreshed] {
            let discovery = try await shared.discovery(freshness)
            if let resource = discovery.preferred(group: id.group, kind: id.kind) {
                return ObjectAddress(resource, namespace: id.namespace, name: id.name)
            }
            guard discovery.knows(group: id.group) || freshness == .cached else {
                throw KubernetesError(
                    .unavailable, subject: Text("\(id)"),
                    message: "a part of the API does not answer, and may be the one that serves it")
            }
        }
        throw KubernetesError(
            .unknownKind, subject: Text("\(id)"), message: "the server serves no \(id.kind) of group \(id.group.quoted)"
        )
    }

    /// The body of an apply: completed, marked as the unit's, and in the namespace that the address says.
    func body(of object: DesiredObject, at address: ObjectAddress) -> Value {
        let marked = Claim.mark(
            Completion.complete(object.manifest), as: unit.unit, isLabelled: hasLabel(object),
            content: object.mayNotBeHealed ? object.publicDigest : nil)
        guard !address.resource.isNamespaced, var fields = marked.objectValue,
            var metadata = fields["metadata"]?.objectValue
        else { return marked }
        metadata["namespace"] = nil
        fields["metadata"] = .object(metadata)
        return .object(fields)
    }

    /// Where the inventory of the unit is kept: the first namespace of the project, or else that of its account.
    var home: Text? {
        if let first = limits.namespaces.first(where: { $0 != "*" }) { return first }
        guard case .serviceAccount(let account) = limits.identity,
            let slash = account.utf8.firstIndex(of: UInt8(ascii: "/"))
        else { return nil }
        return Text(utf8: account.utf8[..<slash])
    }
}
