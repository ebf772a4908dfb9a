// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import KubernetesClient
import Manifest
import Model
import TestSupport
import Testing

@testable import KubernetesTarget

/// Taking over what other tools have applied to a real server.
@Suite(.enabled(if: TestCluster.isThere, Comment(rawValue: TestCluster.hint)), .timeLimit(.minutes(5)))
struct AdoptClusterTests {
    /// What somebody else brought: one key that Git names with another value, one that it does not name.
    private func bring(_ site: ClusterSite, _ name: Text, by manager: Text, applied: Bool) async throws {
        let theirs: Value = [
            "apiVersion": "v1", "kind": "ConfigMap",
            "metadata": ["name": .string(name), "annotations": ["meta.helm.sh/release-name": "web"]],
            "data": ["content": "theirs", "left": "over"],
        ]
        let address = try await site.address(site.configMap(name, ""))
        let options = WriteOptions(manager: manager)
        if applied {
            _ = try await site.cluster.apply(theirs, at: address, options)
        } else {
            _ = try await site.cluster.create(theirs, at: address, options)
        }
    }

    @Test(arguments: [
        ("helm", false), ("helm", true), ("kubectl-client-side-apply", false), ("kubectl", true),
        ("argocd-controller", true), ("kustomize-controller", true),
    ])
    func `their values stay until the sync, which takes out what Git does not name`(
        manager: String, applied: Bool
    ) async throws {
        try await ClusterSite.real { site in
            let object = site.configMap("a", "ours")
            try await bring(site, "a", by: Text(manager), applied: applied)
            let dry = try await site.target.adopt([object], from: [], isDry: true, of: site.unit)
            let wanted = Adoption(
                object: object.id, managers: [Text(manager)],
                leftover: [["metadata", "annotations", "meta.helm.sh/release-name"], ["data", "left"]])
            #expect(dry.map(\.managers) == [wanted.managers])
            #expect(Set(dry.first?.leftover ?? []) == Set(wanted.leftover))
            let before = try await site.live(object)
            #expect(ManagedFields(of: before).applied(by: KubernetesTarget.manager) == nil, "a dry run changes nothing")
            #expect(try await site.target.adopt([object], from: [], isDry: false, of: site.unit) == dry)
            #expect(try await site.live(object)["data"] == ["content": "theirs", "left": "over"])

            var inventory = Inventory()
            #expect(try await site.sync([object], inventory: &inventory).first?.result == .done)
            let after = try await site.live(object)
            #expect(after["data"] == ["content": "ours"])
            #expect(after.annotation("meta.helm.sh/release-name") == nil)
            #expect(after.uid == before.uid)
            #expect(Set(ManagedFields(of: after).entries.map(\.manager)) == [KubernetesTarget.manager])
            #expect(try await site.compare(object) == .same)
            #expect(try await site.target.adopt([object], from: [], isDry: false, of: site.unit).isEmpty)
        }
    }

    @Test func `hands and controllers are no appliers, unless they are named`() async throws {
        try await ClusterSite.real { site in
            let object = site.configMap("a", "ours")
            try await bring(site, "a", by: "some-controller", applied: false)
            #expect(try await site.target.adopt([object], from: [], isDry: false, of: site.unit).isEmpty)
            let named = try await site.target.adopt([object], from: ["some-controller"], isDry: false, of: site.unit)
            #expect(named.map(\.managers) == [["some-controller"]])
        }
    }

    @Test func `what is another unit's is refused, what is not there is passed over`() async throws {
        try await ClusterSite.real { site in
            let (theirs, absent) = (site.configMap("a", "1"), site.configMap("b", "1"))
            let other = ClusterSite.context("other", site.namespace)
            _ = try await site.cluster.apply(
                Claim.mark(theirs.manifest, as: other.unit), at: try await site.address(theirs),
                WriteOptions(manager: "helm"))
            let adoptions = try await site.target.adopt([theirs, absent], from: [], isDry: false, of: site.unit)
            #expect(adoptions == [Adoption(object: theirs.id, refusal: "belongs to \(other.unit)")])
        }
    }
}
