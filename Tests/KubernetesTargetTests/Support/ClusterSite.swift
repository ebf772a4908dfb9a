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

/// A namespace of a cluster, in memory or real, with a driver and a unit that may touch it.
struct ClusterSite: Sendable {
    static let user: Text = "trimtab-tests"

    let cluster: any ClusterAPI
    let namespace: Text
    let target: KubernetesTarget
    let observations: MemoryObservations
    var unit: UnitContext

    init(
        _ cluster: any ClusterAPI, namespace: Text, rules: DriftRules = DriftRules(), replace: [Text] = [],
        observations: MemoryObservations = MemoryObservations(), clocks: Clocks = .system
    ) {
        self.cluster = cluster
        self.observations = observations
        self.namespace = namespace
        target = KubernetesTarget(cluster: cluster, observations: observations, clocks: clocks)
        unit = Self.context("web", namespace, rules, replace)
    }

    static func context(
        _ name: String, _ namespace: Text, _ rules: DriftRules = DriftRules(), _ replace: [Text] = []
    ) -> UnitContext {
        let limits = KubernetesLimits(
            namespaces: [namespace], clusterKinds: ["Namespace", "CustomResourceDefinition"], replace: replace,
            identity: .user(user))
        return UnitContext(
            unit: TestSupport.unit(name), project: TestSupport.name("shop"), limits: .kubernetes(limits),
            driftRules: rules)
    }

    /// In a real cluster: a namespace of its own, which the unit's user administers.
    static func real(
        rules: DriftRules = DriftRules(), replace: [Text] = [], _ body: (ClusterSite) async throws -> Void
    ) async throws {
        try await TestCluster.withNamespace { client, namespace in
            try await TestCluster.admit(user, to: namespace, client)
            try await body(ClusterSite(client, namespace: namespace, rules: rules, replace: replace))
        }
    }

    /// An object in the namespace, from YAML.
    func object(_ yaml: String, wave: Int = 0) throws -> DesiredObject {
        var manifest = try #require(try YAML.read(Array(yaml.utf8)).first?.value)
        manifest = manifest.settingMetadata("namespace", .string(namespace))
        let version = manifest["apiVersion"]?.stringValue ?? ""
        let group = GroupVersion(apiVersion: version)?.group ?? ""
        return DesiredObject(
            id: ObjectID(
                group: group, kind: manifest["kind"]?.stringValue ?? "", namespace: namespace,
                name: manifest["metadata"]?["name"]?.stringValue ?? ""),
            apiVersion: version, manifest: manifest, wave: wave, blobs: [], origin: "test.yaml:1",
            digest: manifest.digest())
    }

    func configMap(_ name: Text, _ content: Text) -> DesiredObject {
        let manifest: Value = [
            "apiVersion": "v1", "kind": "ConfigMap",
            "metadata": ["name": .string(name), "namespace": .string(namespace)], "data": ["content": .string(content)],
        ]
        return DesiredObject(
            id: ObjectID(group: "", kind: "ConfigMap", namespace: namespace, name: name), apiVersion: "v1",
            manifest: manifest, wave: 0, blobs: [], origin: "test.yaml:1", digest: manifest.digest())
    }

    func address(_ object: DesiredObject) async throws -> ObjectAddress {
        let version = try #require(GroupVersion(apiVersion: object.apiVersion))
        let resource = try await cluster.resource(of: GroupVersionKind(version, kind: object.id.kind))
        return ObjectAddress(resource, namespace: namespace, name: object.id.name)
    }

    func live(_ object: DesiredObject) async throws -> Value { try await cluster.get(try await address(object)) }

    /// A hand that is not ours.
    func edit(
        _ object: DesiredObject, _ change: Value, by manager: Text = "kubectl-edit", subresource: Text? = nil
    ) async throws {
        let address = try await address(object)
        _ = try await cluster.patch(
            subresource.map { address.subresource($0) } ?? address, with: .merge(change), WriteOptions(manager: manager)
        )
    }

    /// The same unit within other limits of its project.
    func within(_ change: (inout KubernetesLimits) -> Void) -> ClusterSite {
        var site = self
        guard case .kubernetes(var limits) = unit.limits else { return site }
        change(&limits)
        site.unit.limits = .kubernetes(limits)
        return site
    }

    func compare(_ object: DesiredObject, _ depth: ComparisonDepth = .content) async throws -> Comparison {
        let answers = try await target.compare(
            [object], within: [object], of: unit, depth: depth, contents: MemoryTree())
        return try #require(answers[object.id])
    }

    /// What the engine would do: look, plan, store, carry out.
    @discardableResult
    func sync(_ objects: [DesiredObject], inventory: inout Inventory) async throws -> [Outcome] {
        let live = try await target.compare(objects, within: objects, of: unit, depth: .content, contents: MemoryTree())
        let plan = try Planner.plan(
            unit: unit.unit, render: Digest(of: []), desired: objects, live: live, inventory: inventory,
            uid: target.uid)
        for change in plan.changes where change.action == .create || change.action == .update {
            inventory.entries[change.object] = Inventory.Entry(uid: change.uid, applied: nil, wave: change.wave)
        }
        try await target.store(inventory, of: unit)
        var outcomes: [Outcome] = []
        for wave in Waves.order(plan) {
            let items = wave.map { change in
                WaveOrder.Item(change: change, desired: objects.first { $0.id == change.object })
            }
            let order = WaveOrder(number: wave[0].wave, items: items, context: objects, contents: MemoryTree())
            outcomes += try await target.carryOut(order, of: unit)
        }
        for outcome in outcomes where outcome.result == .done || outcome.result == .unchanged {
            switch outcome.action {
            case .create, .update:
                inventory.entries[outcome.object] = Inventory.Entry(uid: outcome.uid, applied: nil, wave: 0)
            case .delete, .orphan: inventory.entries[outcome.object] = nil
            case .keep: break
            }
        }
        return outcomes
    }

    /// The same from nothing; every object must have been done.
    func apply(_ objects: DesiredObject...) async throws {
        var inventory = Inventory()
        let outcomes = try await sync(objects, inventory: &inventory)
        for outcome in outcomes where outcome.result != .done { Issue.record("\(outcome)") }
    }
}

extension Comparison {
    var fields: [String] {
        if case .differs(let fields, _) = self { fields.map(\.path.description) } else { [] }
    }

    var additions: [String] {
        if case .extended(let fields, _) = self { fields.map(\.path.description) } else { [] }
    }

    var cause: Text? {
        switch self {
        case .differs(_, let cause), .extended(_, let cause): cause
        case .same, .absent, .claimed, .refused: nil
        }
    }
}
