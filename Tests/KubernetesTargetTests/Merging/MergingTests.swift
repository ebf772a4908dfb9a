// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Fleet
import KubernetesClient
import Manifest
import Model
import Synchronization
import TestSupport
import Testing

@testable import KubernetesTarget

/// Kinds that their server neither applies nor patches.
@Suite(.timeLimit(.minutes(5))) struct MergingTests {
    private static let things = ResourceType(
        group: "example.org", version: "v1", name: "things", kind: "Thing", isNamespaced: true,
        verbs: ResourceType.allVerbs.subtracting(["patch", "watch"]))
    private let cluster = MemoryCluster(resources: MemoryCluster.builtIn + [things])
    private let site: ClusterSite

    init() {
        cluster.fail { call in
            guard call.resource.name == "things", call.verb == "patch" || call.verb == "watch" else { return nil }
            return KubernetesError(.methodNotAllowed, subject: "things", message: "is not offered", status: 405)
        }
        site = ClusterSite(cluster, namespace: "default")
    }

    private func thing(_ spec: String) throws -> DesiredObject {
        try site.object("{apiVersion: example.org/v1, kind: Thing, metadata: {name: a}, spec: \(spec)}")
    }

    /// As the server has it.
    private func live() async throws -> Value {
        try await cluster.get(ObjectAddress(Self.things, namespace: "default", name: "a"))
    }

    /// A hand that is not ours, on a server without patches.
    private func edit(_ change: Value) async throws {
        let new = try LocalPatch.apply(.merge(change), to: try await live(), subject: "a")
        _ = try await cluster.replace(
            new, at: ObjectAddress(Self.things, namespace: "default", name: "a"), WriteOptions(manager: "somebody"))
    }

    @Test func `it is made, stands, and is written again only for a difference`() async throws {
        var inventory = Inventory()
        let one = try thing("{a: 1, b: {c: 1}}")
        #expect(try await site.sync([one], inventory: &inventory).map(\.result) == [.done])
        #expect(try await live()["spec"] == ["a": 1, "b": ["c": 1]])
        #expect(Claim.holder(of: try await live()) == .unit(site.unit.unit))
        #expect(try await site.compare(one) == .same)
        let version = try await live().resourceVersion
        #expect(try await site.sync([one], inventory: &inventory).isEmpty)
        #expect(try await live().resourceVersion == version)
        #expect(!cluster.calls.contains { $0.verb == "patch" && $0.resource.name == "things" })
    }

    @Test func `what others change is drift, what they add stays, and what Git drops goes`() async throws {
        var inventory = Inventory()
        try await site.sync([try thing("{a: 1, b: 1}")], inventory: &inventory)
        try await edit(["spec": ["a": 7, "theirs": true], "metadata": ["labels": ["team": "x"]]])
        let one = try thing("{a: 1, b: 1}")
        #expect(try await site.compare(one).fields == ["spec.a"])
        try await site.sync([one], inventory: &inventory)
        #expect(try await live()["spec"] == ["a": 1, "b": 1, "theirs": true])
        // Where the server records who writes, what others put in is told as everywhere.
        #expect(try await site.compare(one).additions == ["spec.theirs"])
        let two = try thing("{a: 1}")
        #expect(try await site.compare(two).fields == ["spec.b"])
        try await site.sync([two], inventory: &inventory)
        #expect(try await live()["spec"] == ["a": 1, "theirs": true])
        #expect(try await live().label("team") == "x")
        // Somebody else's memory is as good: it lies on the object.
        let other = ClusterSite(cluster, namespace: "default")
        #expect(try await other.compare(two).fields.isEmpty)
        #expect(try await other.compare(try thing("{b: 2}")).fields == ["spec.b", "spec.a"])
    }

    @Test func `what leaves Git is deleted, and what is let go bears no mark`() async throws {
        var inventory = Inventory()
        try await site.sync([try thing("{a: 1}")], inventory: &inventory)
        try await site.target.store(Inventory(), of: site.unit)
        let free = try await live()
        #expect(Claim.holder(of: free) == .nobody && free.annotation(MergeMark.annotation) == nil)
        #expect(free["spec"] == ["a": 1])
        let again = try thing("{a: 1}")
        try await site.sync([again], inventory: &inventory)
        #expect(try await site.sync([], inventory: &inventory).map(\.result) == [.done])
        await #expect(throws: KubernetesError.self) { try await live() }
    }

    @Test func `what somebody made with other values is not taken over`() async throws {
        let address = ObjectAddress(Self.things, namespace: "default", name: "a")
        _ = try await cluster.create(
            ["apiVersion": "example.org/v1", "kind": "Thing", "metadata": ["name": "a"], "spec": ["a": 9, "b": 2]],
            at: address, WriteOptions(manager: "somebody"))
        var inventory = Inventory()
        let outcome = try await site.sync([try thing("{a: 1}")], inventory: &inventory).first
        guard case .failed(let reason) = outcome?.result else {
            Issue.record("\(String(describing: outcome))")
            return
        }
        #expect(reason.string.contains("somebody") && reason.string.contains("spec.a"))
        #expect(try await live()["spec"] == ["a": 9, "b": 2])
        // With the same values it is.
        inventory = Inventory()
        #expect(try await site.sync([try thing("{a: 9}")], inventory: &inventory).map(\.result) == [.done])
        #expect(try await live()["spec"] == ["a": 9, "b": 2])
    }

    @Test func `whoever writes in between is not written over`() async throws {
        let merging = MergingCluster(cluster: cluster, manager: "trimtab")
        let address = ObjectAddress(Self.things, namespace: "default", name: "a")
        let options = WriteOptions(manager: "trimtab", force: true)
        _ = try await merging.apply(try thing("{a: 1}").manifest, at: address, options)
        // The write meets another version once: it is read and merged anew.
        let once = Once()
        cluster.fail { call in
            guard call.verb == "update", once.take() else { return nil }
            return KubernetesError(.conflict, subject: "a", message: "has been modified", status: 409)
        }
        try await edit(["spec": ["theirs": 1]])
        once.arm()
        let answer = try await merging.apply(try thing("{a: 2}").manifest, at: address, options)
        #expect(answer.object["spec"] == ["a": 2, "theirs": 1])
        // One that names a version is not tried again.
        once.arm()
        var meant = try thing("{a: 3}").manifest
        meant = meant.settingMetadata("resourceVersion", try await live().metadata?["resourceVersion"])
        let error = await #expect(throws: KubernetesError.self) {
            try await merging.apply(meant, at: address, options)
        }
        #expect(error?.code == .conflict)
    }

    @Test func `a dry run sends nothing`() async throws {
        let writes = cluster.calls.count { $0.verb == "create" || $0.verb == "update" }
        #expect(try await site.target.rehearse([try thing("{a: 1}")], within: [], of: site.unit).isEmpty)
        #expect(cluster.calls.count { $0.verb == "create" || $0.verb == "update" } == writes)
    }

    @Test func `a server that knows patches but no apply is found out once`() async throws {
        let refusing = MemoryCluster()
        refusing.fail { call in
            guard call.verb == "patch", call.resource.name == "configmaps" else { return nil }
            return KubernetesError(.unsupportedMediaType, subject: "configmaps", message: "apply-patch", status: 415)
        }
        let merging = MergingCluster(cluster: refusing, manager: "trimtab")
        for content: Text in ["1", "2"] {
            let object = site.configMap("m", content)
            let address = ObjectAddress(InventoryBooks.resource, namespace: "default", name: "m")
            let answer = try await merging.apply(object.manifest, at: address, WriteOptions(manager: "trimtab"))
            #expect(answer.object["data"]?["content"] == .string(content))
        }
        #expect(refusing.calls.count { $0.verb == "patch" } == 1)
        #expect(merging.isMerged(InventoryBooks.resource))
    }

    @Test func `people are told`() async throws {
        let (one, map) = (try thing("{a: 1}"), site.configMap("m", "1"))
        let said = Text(
            "things.example.org cannot be watched: looked at once a minute; "
                + "cannot be applied by the server: read, merged and written back")
        #expect(!site.target.hasRemarks)
        try await site.target.setWatched([one, map], of: site.unit)
        #expect(site.target.hasRemarks)
        #expect(site.target.remarks(on: site.unit.unit) == [said])
        try await site.target.setWatched([map], of: site.unit)
        #expect(site.target.remarks(on: site.unit.unit).isEmpty)
    }
}

/// Happens once after each time that it is armed.
private final class Once: Sendable {
    private let isArmed = Mutex(false)

    func arm() { isArmed.withLock { $0 = true } }

    func take() -> Bool {
        isArmed.withLock { isArmed in
            defer { isArmed = false }
            return isArmed
        }
    }
}
