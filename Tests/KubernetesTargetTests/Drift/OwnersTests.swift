// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Fleet
import KubernetesClient
import Manifest
import Model
import TestSupport
import Testing

@testable import KubernetesTarget

/// Who holds the fields in which live objects differ.
@Suite(.timeLimit(.minutes(5))) struct OwnersTests {
    private func owners(_ object: DesiredObject, _ site: ClusterSite) async throws -> [String: [Text]] {
        let found = try await site.target.owners(of: [object], in: site.unit)[object.id] ?? []
        return Dictionary(
            found.map { field in
                (field.path.description, field.owners.map { $0.isApply ? "\($0.manager) (applied)" : $0.manager })
            }, uniquingKeysWith: { first, _ in first })
    }

    @Test func `a value that somebody wrote, a field that was put in, and one that nobody holds`() async throws {
        let site = ClusterSite(MemoryCluster(), namespace: "default")
        let object = site.configMap("a", "one")
        try await site.apply(object)
        #expect(try await owners(object, site).isEmpty, "what stands has nothing to tell")
        try await site.edit(object, ["data": ["content": "two", "theirs": "x"]], by: "kubectl-edit")
        #expect(try await owners(object, site) == ["data.content": ["kubectl-edit"], "data.theirs": ["kubectl-edit"]])
        // A field that is gone is held by nobody.
        try await site.edit(object, ["data": ["content": .null, "theirs": .null, "other": "y"]])
        let gone = try await owners(object, site)
        #expect(gone["data.content"] == [] && gone["data.other"] == ["kubectl-edit"])
    }

    @Test func `a field that another applies too is held by both`() async throws {
        let cluster = MemoryCluster()
        let site = ClusterSite(cluster, namespace: "default")
        let object = site.configMap("a", "one")
        try await site.apply(object)
        let address = try await site.address(object)
        _ = try await cluster.apply(object.manifest, at: address, WriteOptions(manager: "helm"))
        let wanted = site.configMap("a", "two")
        #expect(
            try await owners(wanted, site)["data.content"].map { Set($0) } == ["helm (applied)", "trimtab (applied)"])
    }

    @Test func `an object that is not there is left out`() async throws {
        let site = ClusterSite(MemoryCluster(), namespace: "default")
        #expect(try await site.target.owners(of: [site.configMap("a", "1")], in: site.unit).isEmpty)
    }
}
