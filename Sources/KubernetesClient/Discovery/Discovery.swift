// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// What a server serves, at one moment.
package struct Discovery: Sendable, Hashable {
    /// By group in the server's order, within it by version with the preferred one first.
    package private(set) var resources: [ResourceType]
    /// Parts of the API that did not answer, and why. What they serve is not known, which is not the same as that they
    /// serve nothing.
    package private(set) var unavailable: [GroupVersion: Text]

    private var byKind: [GroupVersionKind: Int] = [:]

    package init(resources: [ResourceType], unavailable: [GroupVersion: Text] = [:]) {
        self.resources = resources
        self.unavailable = unavailable
        for (index, resource) in resources.enumerated() where byKind[resource.groupVersionKind] == nil {
            byKind[resource.groupVersionKind] = index
        }
    }

    /// Every part of the API has answered.
    package var isComplete: Bool { unavailable.isEmpty }

    /// Whether all that the server may serve of a group is known. One that says nothing of the core group may be one for
    /// custom resources alone, or lie behind something that does not let the question through: what was applied there is
    /// not taken for gone.
    package func knows(group: Text) -> Bool {
        isComplete && (!group.isEmpty || resources.contains { $0.group.isEmpty })
    }

    package func resource(of kind: GroupVersionKind) -> ResourceType? { byKind[kind].map { resources[$0] } }

    /// The resource of a kind in the version that the server prefers.
    package func preferred(group: Text, kind: Text) -> ResourceType? {
        resources.first { $0.group == group && $0.kind == kind }
    }

    /// A resource by its name in paths, in the version that the server prefers.
    package func resource(group: Text, name: Text) -> ResourceType? {
        resources.first { $0.group == group && $0.name == name }
    }

    /// Each resource once, in the version that the server prefers: what to list to find all there is.
    package var preferredResources: [ResourceType] {
        var seen: Set<[Text]> = []
        return resources.filter { seen.insert([$0.group, $0.name]).inserted }
    }

    /// Why a kind is not found: nobody knows it, or whoever may know it does not answer.
    package func missing(_ kind: GroupVersionKind) -> KubernetesError {
        if let reason = unavailable[kind.groupVersion] {
            return KubernetesError(
                .unavailable, subject: Text("\(kind)"),
                message: "the part of the API that would serve it does not answer: \(reason)")
        }
        let others = resources.filter { $0.group == kind.group && $0.kind == kind.kind }.map(\.version.string)
        let advice =
            others.isEmpty
            ? "is its CustomResourceDefinition installed?"
            : "it serves \(others.joined(separator: ", "))"
        return KubernetesError(
            .unknownKind, subject: Text("\(kind)"), message: Text("the server has no such kind; \(advice)"))
    }
}
