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

/// What an object's own annotations, and the project's limits, change in how it is looked after.
private struct Exceptions {
    let site: ClusterSite

    private func annotated(_ name: String, _ annotation: String, _ content: String) throws -> DesiredObject {
        try site.object(
            """
            {apiVersion: v1, kind: ConfigMap, metadata: {name: \(name), annotations: {\(annotation)}},
             data: {content: "\(content)"}}
            """)
    }

    /// The same unit, of a process that remembers nothing.
    private func afterLoss(_ site: ClusterSite) -> ClusterSite {
        var next = ClusterSite(site.cluster, namespace: site.namespace)
        next.unit = site.unit
        return next
    }

    private func content(_ object: DesiredObject) async throws -> Text? {
        try await site.live(object)["data"]?["content"]?.stringValue
    }

    func keepWhatIsNotPruned() async throws {
        let (kept, marked) = (try annotated("a", "trimtab.dev/prune: never", "1"), site.configMap("b", "1"))
        let gone = site.configMap("c", "1")
        var inventory = Inventory()
        try await site.sync([kept, marked, gone], inventory: &inventory)
        // A hand may tighten, too.
        try await site.edit(marked, ["metadata": ["annotations": ["trimtab.dev/prune": "never"]]])
        let outcomes = try await site.sync([], inventory: &inventory)
        #expect(outcomes.count == 3 && outcomes.allSatisfy { $0.action == .delete && $0.result == .done })
        #expect(inventory.entries.isEmpty)
        for object in [kept, marked] {
            let live = try await site.live(object)
            #expect(live["data"] == ["content": "1"] && live.annotation("trimtab.dev/prune") == "never")
            #expect(Claim.holder(of: live) == .nobody && live.label(Claim.fleet) == nil)
            // The twin keeps its own book of who manages what.
            #expect(
                site.cluster is MemoryCluster || ManagedFields(of: live).applied(by: KubernetesTarget.manager) == nil)
        }
        await #expect(throws: KubernetesError.self) { try await site.live(gone) }
    }

    func leaveWhatIsNotHealed() async throws {
        let (left, plain) = (try annotated("a", "trimtab.dev/heal: never", "1"), site.configMap("b", "1"))
        var inventory = Inventory()
        try await site.sync([left, plain], inventory: &inventory)
        #expect(try await site.sync([left, plain], inventory: &inventory).isEmpty)
        for object in [left, plain] { try await site.edit(object, ["data": ["content": "edited"]]) }
        for process in [site, afterLoss(site)] {
            #expect(try await process.compare(left) == .same)
            #expect(try await process.compare(plain).fields == ["data.content"])
        }
        let next = afterLoss(site)
        #expect(try await next.sync([left, plain], inventory: &inventory).map(\.object) == [plain.id])
        #expect(try await content(left) == "edited")
        #expect(try await content(plain) == "1")
        // What Git says anew is applied, also by who remembers nothing.
        for value in ["2", "3"] {
            let changed = try annotated("a", "trimtab.dev/heal: never", value)
            let process = value == "2" ? next : afterLoss(site)
            #expect(try await process.compare(changed).fields.contains("data.content"))
            #expect(try await process.sync([changed, plain], inventory: &inventory).map(\.result) == [.done])
            #expect(try await content(left) == Text(value))
        }
        // It may be put back again.
        let healed = site.configMap("a", "3")
        try await site.edit(left, ["data": ["content": "edited"]])
        #expect(try await afterLoss(site).sync([healed, plain], inventory: &inventory).map(\.result) == [.done])
        let live = try await site.live(healed)
        #expect(live["data"] == ["content": "3"] && live.annotation(Claim.content) == nil)
    }

    /// Whoever sees a digest of a short secret can find out the secret.
    func saysNothingOfSecrets() async throws {
        let secret = try site.object(
            """
            {apiVersion: v1, kind: Secret, metadata: {name: s, annotations: {trimtab.dev/heal: never}}, data: {a: YQ==}}
            """)
        try await site.apply(secret)
        try await site.edit(secret, ["data": ["a": "Yg=="]])
        #expect(try await site.compare(secret) == .same)
        #expect(try await site.live(secret).annotation(Claim.content) == nil)
    }

    func watchByNameWhatHasNoLabel() async throws {
        let byKind = site.within { $0.unlabelled = ["ConfigMap"] }
        let one = try annotated("a", "trimtab.dev/label: none", "1")
        for (site, object) in [(site, one), (byKind, site.configMap("b", "1"))] {
            try await site.apply(object)
            let live = try await site.live(object)
            #expect(live.label(Claim.fleet) == nil && Claim.holder(of: live) == .unit(site.unit.unit))
            #expect(try await site.compare(object) == .same)
            #expect(try await afterLoss(site).compare(object) == .same)
            let key = try site.target.reach(for: site.unit).feed(of: object, at: try await site.address(object))
            #expect(key.query.labels.isEmpty && key.query.fields == "metadata.name=\(object.id.name)")
            #expect(try await isTold(of: object, site))
        }
        let labelled = try site.target.reach(for: site.unit).feed(of: one, at: try await site.address(one))
        let plain = site.configMap("c", "1")
        let key = try site.target.reach(for: site.unit).feed(of: plain, at: try await site.address(plain))
        #expect(key != labelled && key.query.fields.isEmpty && key.query.labels == "trimtab.dev/fleet=acme")
        // What carries it already loses it with its next change, and nothing else.
        var inventory = Inventory()
        try await site.sync([plain], inventory: &inventory)
        let before = try await site.live(plain)
        #expect(before.label(Claim.fleet) == "acme")
        #expect(try await byKind.sync([site.configMap("c", "2")], inventory: &inventory).map(\.result) == [.done])
        let after = try await site.live(plain)
        #expect(after.label(Claim.fleet) == nil && after.uid == before.uid && after["data"] == ["content": "2"])
        #expect(Claim.holder(of: after) == .unit(site.unit.unit))
    }

    /// Whether a watch reports an edit.
    private func isTold(of object: DesiredObject, _ site: ClusterSite) async throws -> Bool {
        let target = afterLoss(site).target
        try await target.setWatched([object], of: site.unit)
        let (reports, continuation) = AsyncStream.makeStream(of: Set<ObjectID>.self)
        let sink = WatchSink { _, objects in continuation.yield(objects) }
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await target.watch(sink) }
            defer { group.cancelAll() }
            var isEdited = false
            for await objects in reports where objects.contains(object.id) {
                if isEdited { return true }
                isEdited = true
                try await site.edit(object, ["data": ["content": "edited"]])
            }
            return false
        }
    }

    func takeWhereTheProjectAllowsIt() async throws {
        let object = site.configMap("a", "ours")
        let theirs: Value = [
            "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "a"], "data": ["content": "theirs"],
        ]
        _ = try await site.cluster.create(theirs, at: try await site.address(object), WriteOptions(manager: "kubectl"))
        func rehearse(_ site: ClusterSite) async throws -> [Text] {
            _ = try await site.compare(object)
            return try await site.target.rehearse([object], within: [object], of: site.unit).map(\.reason)
        }
        #expect(try await rehearse(site).first?.string.contains("take them out of its hands") == true)
        var inventory = Inventory()
        guard case .failed(let reason) = try await site.sync([object], inventory: &inventory).first?.result else {
            Issue.record("it was taken unasked")
            return
        }
        #expect(reason.string.contains("kubectl manages .data.content"))
        #expect(try await content(object) == "theirs")
        let allowed = site.within { $0.force = ["ConfigMap"] }
        #expect(try await rehearse(allowed) == ["takes .data.content from kubectl, as the project allows"])
        #expect(try await content(object) == "theirs", "a rehearsal takes nothing")
        #expect(try await allowed.sync([object], inventory: &inventory).map(\.result) == [.done])
        #expect(try await content(object) == "ours")
        #expect(Claim.holder(of: try await site.live(object)) == .unit(site.unit.unit))
        // What another unit has claimed is none of that.
        var other = allowed
        other.unit.unit = unit("other")
        #expect(try await other.compare(site.configMap("a", "others")) == .claimed(by: site.unit.unit))
    }
}

@Suite(.timeLimit(.minutes(2))) struct AnnotationTests {
    private let exceptions = Exceptions(site: ClusterSite(MemoryCluster(), namespace: "default"))

    @Test func `prune never`() async throws { try await exceptions.keepWhatIsNotPruned() }
    @Test func `heal never`() async throws { try await exceptions.leaveWhatIsNotHealed() }
    @Test func `heal never, of a Secret`() async throws { try await exceptions.saysNothingOfSecrets() }
    @Test func `label none`() async throws { try await exceptions.watchByNameWhatHasNoLabel() }
    @Test func `force`() async throws { try await exceptions.takeWhereTheProjectAllowsIt() }

    @Test func `what Trimtab writes is not for Git to write`() async throws {
        let site = ClusterSite(MemoryCluster(), namespace: "default")
        for annotation in [Claim.unit, Claim.content] {
            let object = try site.object(
                "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, annotations: {\(annotation): x}}}")
            let refusals = try await site.target.admit([object], of: site.unit)
            #expect(refusals.first?.reason.string.hasPrefix("the annotation \(annotation) is Trimtab's own") == true)
        }
    }
}

@Suite(.enabled(if: TestCluster.isThere, Comment(rawValue: TestCluster.hint)), .timeLimit(.minutes(5)))
struct AnnotationClusterTests {
    private func real(_ body: (Exceptions) async throws -> Void) async throws {
        try await ClusterSite.real { try await body(Exceptions(site: $0)) }
    }

    @Test func `prune never`() async throws { try await real { try await $0.keepWhatIsNotPruned() } }
    @Test func `heal never`() async throws { try await real { try await $0.leaveWhatIsNotHealed() } }
    @Test func `heal never, of a Secret`() async throws { try await real { try await $0.saysNothingOfSecrets() } }
    @Test func `label none`() async throws { try await real { try await $0.watchByNameWhatHasNoLabel() } }
    @Test func `force`() async throws { try await real { try await $0.takeWhereTheProjectAllowsIt() } }
}
