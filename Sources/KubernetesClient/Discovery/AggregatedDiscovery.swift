// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// Reads the two documents in which servers since 1.26 tell all that they serve: APIGroupDiscoveryList of
/// `apidiscovery.k8s.io`, in `v2` or `v2beta1`, which differ in nothing that is read here.
struct AggregatedDiscovery {
    static let mediaTypes = [
        "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList",
        "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList",
        "application/json",
    ].joined(separator: ",")

    var resources: [ResourceType] = []
    var unavailable: [GroupVersion: Text] = [:]

    /// `nil` when the server answered in the old way.
    init?(_ document: Value) {
        guard document["kind"]?.stringValue == "APIGroupDiscoveryList" else { return nil }
        for group in document["items"]?.arrayValue ?? [] {
            let name = group.objectName ?? ""
            for version in group["versions"]?.arrayValue ?? [] {
                guard let text = version["version"]?.stringValue else { continue }
                let groupVersion = GroupVersion(group: name, version: text)
                // Stale: the aggregated server did not answer, and what is said is from before.
                if version["freshness"]?.stringValue == "Stale" {
                    unavailable[groupVersion] = "what it serves is out of date, since its server does not answer"
                }
                resources += (version["resources"]?.arrayValue ?? []).compactMap { Self.resource($0, of: groupVersion) }
            }
        }
    }

    private static func resource(_ value: Value, of version: GroupVersion) -> ResourceType? {
        // A resource without a kind of its own exists for its subresources only.
        guard let name = value["resource"]?.stringValue, let kind = value["responseKind"]?["kind"]?.stringValue,
            !name.isEmpty, !kind.isEmpty
        else { return nil }
        return ResourceType(
            group: version.group, version: version.version, name: name, kind: kind,
            isNamespaced: value["scope"]?.stringValue == "Namespaced",
            verbs: Set((value["verbs"]?.arrayValue ?? []).compactMap(\.stringValue)),
            subresources: Set(
                (value["subresources"]?.arrayValue ?? []).compactMap { $0["subresource"]?.stringValue }))
    }
}
