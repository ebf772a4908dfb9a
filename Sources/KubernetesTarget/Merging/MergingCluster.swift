// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import KubernetesClient
import Manifest
import Synchronization

/// A cluster on which everything can be applied. Some aggregated APIs serve kinds without `PATCH`, or without
/// server-side apply: those are read, merged here, and put in the place of what was read. Whoever asks sees no
/// difference: what we declared is shown as managed by us.
struct MergingCluster: ClusterAPI {
    /// Kinds whose server refused an apply as something that it does not know.
    final class Refusals: Sendable {
        private let kinds = Mutex<Set<GroupVersionKind>>([])

        func contains(_ resource: ResourceType) -> Bool {
            kinds.withLock { $0.contains(resource.groupVersionKind) }
        }

        func insert(_ resource: ResourceType) { kinds.withLock { _ = $0.insert(resource.groupVersionKind) } }
    }

    /// Somebody writes the object at the same time: so often it is read anew.
    private static let attempts = 5

    let cluster: any ClusterAPI
    let manager: Text
    var refusals = Refusals()

    func isMerged(_ resource: ResourceType) -> Bool { !resource.canBePatched || refusals.contains(resource) }

    func acting(as identity: Impersonation?) -> any ClusterAPI {
        MergingCluster(cluster: cluster.acting(as: identity), manager: manager, refusals: refusals)
    }

    func discovery(_ freshness: DiscoveryFreshness) async throws(KubernetesError) -> Discovery {
        try await cluster.discovery(freshness)
    }

    func version() async throws(KubernetesError) -> Text { try await cluster.version() }

    func get(_ address: ObjectAddress, _ form: ObjectForm) async throws(KubernetesError) -> Value {
        MergeMark.shown(try await cluster.get(address, form), to: manager)
    }

    func list(
        _ query: Query, _ each: (Value) async throws(KubernetesError) -> Void
    ) async throws(KubernetesError) -> Text {
        try await cluster.list(query) { [manager] (object) async throws(KubernetesError) in
            try await each(MergeMark.shown(object, to: manager))
        }
    }

    func watch(
        _ query: Query, from resourceVersion: Text, for limit: Duration,
        _ each: (WatchEvent) async throws(KubernetesError) -> Void
    ) async throws(KubernetesError) {
        try await cluster.watch(query, from: resourceVersion, for: limit) {
            [manager] (event) async throws(KubernetesError) in
            switch event {
            case .added(let object): try await each(.added(MergeMark.shown(object, to: manager)))
            case .modified(let object): try await each(.modified(MergeMark.shown(object, to: manager)))
            case .deleted, .bookmark: try await each(event)
            }
        }
    }

    func create(
        _ object: Value, at address: ObjectAddress, _ options: WriteOptions
    ) async throws(KubernetesError) -> WriteAnswer { try await cluster.create(object, at: address, options) }

    func replace(
        _ object: Value, at address: ObjectAddress, _ options: WriteOptions
    ) async throws(KubernetesError) -> WriteAnswer { try await cluster.replace(object, at: address, options) }

    func delete(
        _ address: ObjectAddress, _ options: DeleteOptions
    ) async throws(KubernetesError) -> DeleteAnswer { try await cluster.delete(address, options) }

    func review(_ question: AccessQuestion) async throws(KubernetesError) -> AccessAnswer {
        try await cluster.review(question)
    }

    func apply(
        _ object: Value, at address: ObjectAddress, _ options: WriteOptions
    ) async throws(KubernetesError) -> WriteAnswer {
        if !isMerged(address.resource) {
            do throws(KubernetesError) { return try await cluster.apply(object, at: address, options) } catch {
                guard error.code == .unsupportedMediaType || error.code == .methodNotAllowed else { throw error }
                refusals.insert(address.resource)
            }
        }
        return try await retrying { () async throws(KubernetesError) -> WriteAnswer? in
            try await merge(object, at: address, options)
        }
    }

    func patch(
        _ address: ObjectAddress, with patch: Patch, _ options: WriteOptions
    ) async throws(KubernetesError) -> WriteAnswer {
        guard !address.resource.canBePatched else { return try await cluster.patch(address, with: patch, options) }
        return try await retrying { () async throws(KubernetesError) -> WriteAnswer? in
            let live = try await cluster.get(address, .whole)
            let new = try LocalPatch.apply(patch, to: live, subject: Text("\(address)"))
            return try await put(new, over: live, at: address, options, isAnyVersion: patch.namesNoVersion)
        }
    }

    /// - Parameter attempt: `nil` when somebody else wrote the object meanwhile.
    private func retrying(
        _ attempt: () async throws(KubernetesError) -> WriteAnswer?
    ) async throws(KubernetesError) -> WriteAnswer {
        for _ in 0..<Self.attempts {
            if let answer = try await attempt() { return answer }
        }
        throw KubernetesError(.conflict, subject: "the object", message: "somebody keeps writing it")
    }
}

extension MergingCluster {
    private func merge(
        _ object: Value, at address: ObjectAddress, _ options: WriteOptions
    ) async throws(KubernetesError) -> WriteAnswer? {
        let live: Value
        do throws(KubernetesError) { live = try await cluster.get(address, .whole) } catch {
            guard error.code == .notFound else { throw error }
            return try await make(object, at: address, options)
        }
        let isOther = object.uid.map { $0 != live.uid } ?? false
        let hasChanged = object.resourceVersion.map { $0 != live.resourceVersion } ?? false
        guard !isOther, !hasChanged else {
            throw KubernetesError(.conflict, subject: Text("\(address)"), message: "is not the object that was meant")
        }
        let before = MergeMark.set(of: live)
        if before == nil, !options.force { try refuseForeign(object, live, address) }
        let merged = MergeMark.note(object, on: ThreeWayMerge.merge(object, into: live, before: before))
        return try await put(
            merged, over: live, at: address, options, isAnyVersion: object.resourceVersion == nil)
    }

    private func make(
        _ object: Value, at address: ObjectAddress, _ options: WriteOptions
    ) async throws(KubernetesError) -> WriteAnswer? {
        guard object.uid == nil else {
            throw KubernetesError(.conflict, subject: Text("\(address)"), message: "is not there any more")
        }
        var new = MergeMark.note(object, on: object).settingMetadata("resourceVersion", nil)
            .settingMetadata("name", .string(address.name))
        if address.resource.isNamespaced { new = new.settingMetadata("namespace", .string(address.namespace)) }
        guard !options.isDryRun else { return WriteAnswer(object: MergeMark.shown(new, to: manager), wasCreated: true) }
        do throws(KubernetesError) {
            let answer = try await cluster.create(new, at: address, options)
            return WriteAnswer(
                object: MergeMark.shown(answer.object, to: manager), wasCreated: true, warnings: answer.warnings)
        } catch {
            guard error.code == .alreadyExists, object.resourceVersion == nil else { throw error }
            return nil
        }
    }

    /// What nobody ever applied here is taken over only as far as it says the same: who put the rest is not on record.
    private func refuseForeign(
        _ object: Value, _ live: Value, _ address: ObjectAddress
    ) throws(KubernetesError) {
        let difference = LiveDifference(
            desired: object, live: live, owned: nil, managed: ManagedFields(of: live), manager: manager, ignored: [])
        let causes = difference.values.filter { $0.old != nil }.map { field in
            KubernetesError.Cause(
                field: Text(".\(field.path)"), reason: "FieldManagerConflict",
                message: "conflict with \"somebody\", who is not on record")
        }
        guard !causes.isEmpty else { return }
        throw KubernetesError(
            .conflict, subject: Text("\(address)"), message: "others have given it other values", causes: causes,
            status: 409)
    }

    /// - Returns: `nil` when somebody else wrote it meanwhile and any version will do.
    private func put(
        _ object: Value, over live: Value, at address: ObjectAddress, _ options: WriteOptions, isAnyVersion: Bool
    ) async throws(KubernetesError) -> WriteAnswer? {
        let new = object.settingMetadata("resourceVersion", live.metadata?["resourceVersion"])
            .settingMetadata("managedFields", live.metadata?["managedFields"])
        // Servers of this sort may not know of dry runs, and would store it.
        guard new != live, !options.isDryRun else {
            return WriteAnswer(object: MergeMark.shown(new, to: manager), wasCreated: false)
        }
        do throws(KubernetesError) {
            let answer = try await cluster.replace(new, at: address, options)
            return WriteAnswer(
                object: MergeMark.shown(answer.object, to: manager), wasCreated: false, warnings: answer.warnings)
        } catch {
            guard error.code == .conflict, isAnyVersion else { throw error }
            return nil
        }
    }
}
