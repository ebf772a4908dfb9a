// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import KubernetesClient
package import Manifest

extension MemoryCluster {
    @discardableResult
    package func create(
        _ object: Value, at address: ObjectAddress, _ options: WriteOptions
    ) async throws(KubernetesError) -> WriteAnswer {
        try await write("create", address, options, as: nil, object)
    }

    @discardableResult
    package func apply(
        _ object: Value, at address: ObjectAddress, _ options: WriteOptions
    ) async throws(KubernetesError) -> WriteAnswer {
        try await write("apply", address, options, as: nil, object)
    }

    @discardableResult
    package func replace(
        _ object: Value, at address: ObjectAddress, _ options: WriteOptions
    ) async throws(KubernetesError) -> WriteAnswer {
        try await write("update", address, options, as: nil, object)
    }

    @discardableResult
    package func patch(
        _ address: ObjectAddress, with patch: Patch, _ options: WriteOptions
    ) async throws(KubernetesError) -> WriteAnswer {
        try await self.patch(address, with: patch, options, as: nil)
    }

    func patch(
        _ address: ObjectAddress, with patch: Patch, _ options: WriteOptions, as identity: Impersonation?
    ) async throws(KubernetesError) -> WriteAnswer {
        let live = try await read("patch", address, as: identity)
        let new: Value
        switch patch {
        case .merge(let change): new = live.merged(with: change)
        case .json(let operations): new = try live.patched(with: operations, Text("\(address)"))
        }
        return try change(address, to: new, options)
    }

    func write(
        _ verb: Text, _ address: ObjectAddress, _ options: WriteOptions, as identity: Impersonation?, _ object: Value
    ) async throws(KubernetesError) -> WriteAnswer {
        try begin(
            Call(
                verb: verb == "apply" ? "patch" : verb, resource: address.resource, namespace: address.namespace,
                name: address.name, isDryRun: options.isDryRun, identity: identity))
        switch verb {
        case "create": return try make(object, at: address, options)
        case "update": return try change(address, to: object, options)
        default: return try lay(object, over: address, options)
        }
    }

    private func make(
        _ object: Value, at address: ObjectAddress, _ options: WriteOptions
    ) throws(KubernetesError) -> WriteAnswer {
        try requireNamespace(of: address)
        return try edit(options) { (state) throws(KubernetesError) in
            let key = Key(address)
            guard state.stored[key] == nil else { throw refusal(.alreadyExists, address, "already exists") }
            state.store(key, object.named(address), by: options.manager)
            return (key, true)
        }
    }

    /// A replacement, also by a patch; of a subresource only its part.
    private func change(
        _ address: ObjectAddress, to object: Value, _ options: WriteOptions
    ) throws(KubernetesError) -> WriteAnswer {
        try edit(options) { (state) throws(KubernetesError) in
            let key = Key(address)
            guard let live = state.stored[key] else { throw refusal(.notFound, address, "not found") }
            try check(object, live.object, address)
            var new = object.named(address)
            switch address.subresource {
            case "status": new = live.object.replacing("status", object["status"])
            case "scale":
                let spec = (live.object["spec"] ?? [:]).replacing("replicas", object["spec"]?["replicas"])
                new = live.object.replacing("spec", spec)
            default:
                if !address.resource.subresources.isDisjoint(with: ["status"]) {
                    new = new.replacing("status", live.object["status"])
                }
            }
            state.store(key, new, by: options.manager, subresource: address.subresource)
            return (key, false)
        }
    }

    /// Server-side apply.
    private func lay(
        _ object: Value, over address: ObjectAddress, _ options: WriteOptions
    ) throws(KubernetesError) -> WriteAnswer {
        try requireNamespace(of: address)
        return try edit(options) { (state) throws(KubernetesError) in
            let key = Key(address)
            let wasThere = state.stored[key] != nil
            var live = state.stored[key] ?? Stored(object: Value.object([:]).named(address))
            var claimed = object
            if !wasThere, var metadata = object.metadata {
                // What is made has no version yet, whatever the one that is named.
                metadata["resourceVersion"] = nil
                claimed = object.replacing("metadata", .object(metadata))
            }
            try check(claimed, live.object, address)
            let old = FieldTree.fields(of: live.object)
            let new = FieldTree.fields(of: object)
            let differing = new.filter { old[$0.key] != nil && old[$0.key] != $0.value }.keys
            let conflicts = differing.flatMap { field in
                live.managed.owners(of: field, besides: options.manager).map { ($0, field) }
            }
            if !options.force, !conflicts.isEmpty { throw ownership(conflicts, address) }
            live.managed.takeAway(Set(conflicts.map(\.1)), except: options.manager)
            let dropped = live.managed.owned(byApplier: options.manager).subtracting(new.keys)
            let free = dropped.filter { live.managed.owners(of: $0, besides: options.manager).isEmpty }
            let rest = FieldTree.remove(free, from: live.object) ?? [:]
            live.object = FieldTree.merge(object.replacing("metadata", object.declaredMetadata), into: rest).named(
                address)
            live.object = live.object.replacing("apiVersion", object["apiVersion"]).replacing("kind", object["kind"])
            live.managed.set(options.manager, isApply: true, Set(new.keys))
            state.put(key, live)
            return (key, !wasThere)
        }
    }

    @discardableResult
    package func delete(
        _ address: ObjectAddress, _ options: DeleteOptions
    ) async throws(KubernetesError) -> DeleteAnswer { try await delete(address, options, as: nil) }

    func delete(
        _ address: ObjectAddress, _ options: DeleteOptions, as identity: Impersonation?
    ) async throws(KubernetesError) -> DeleteAnswer {
        try begin(
            Call(
                verb: "delete", resource: address.resource, namespace: address.namespace, name: address.name,
                isDryRun: options.isDryRun, identity: identity))
        defer { wakeWatchers() }
        return try locked { (state) throws(KubernetesError) in
            let key = Key(address)
            guard let live = state.stored[key] else { throw refusal(.notFound, address, "not found") }
            if let uid = options.uid, uid != live.object.uid { throw refusal(.conflict, address, "another UID") }
            if let version = options.resourceVersion, version != live.object.resourceVersion {
                throw refusal(.conflict, address, "another resource version")
            }
            let isHeld = live.object.metadata?["finalizers"]?.arrayValue?.isEmpty == false
            guard !options.isDryRun else { return isHeld ? .terminating : .deleted }
            guard isHeld else {
                state.remove(key)
                return .deleted
            }
            if !live.object.isTerminating {
                var metadata = live.object.metadata ?? Object()
                metadata["deletionTimestamp"] = "2026-01-01T00:00:00Z"
                state.put(
                    key, Stored(object: live.object.replacing("metadata", .object(metadata)), managed: live.managed))
            }
            return .terminating
        }
    }
}
