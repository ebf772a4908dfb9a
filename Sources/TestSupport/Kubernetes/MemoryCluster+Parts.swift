// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import KubernetesClient
import Manifest
import Synchronization

/// What the twin's calls share.
extension MemoryCluster {
    /// Notes the call, and lets it fail where a test says so.
    func begin(_ call: Call) throws(KubernetesError) {
        let failing = state.withLock { state in
            state.calls.append(call)
            return state.failing
        }
        if let error = failing(call) { throw error }
        let isServed = state.withLock {
            $0.resources.contains { $0.groupVersionKind == call.resource.groupVersionKind }
        }
        guard isServed else {
            throw KubernetesError(
                .notServed, subject: Text("\(call.resource)"), message: "the server answered with status 404",
                status: 404)
        }
    }

    /// `Mutex` knows no typed errors.
    func locked<Result: Sendable>(
        _ body: (inout State) throws(KubernetesError) -> Result
    ) throws(KubernetesError) -> Result {
        let result: Swift.Result<Result, KubernetesError> = state.withLock { state in
            do throws(KubernetesError) { return .success(try body(&state)) } catch { return .failure(error) }
        }
        return try result.get()
    }

    /// Makes a change and answers with what it made, or would have.
    func edit(
        _ options: WriteOptions, _ body: (inout State) throws(KubernetesError) -> (key: Key, isNew: Bool)
    ) throws(KubernetesError) -> WriteAnswer {
        defer { wakeWatchers() }
        return try locked { (state) throws(KubernetesError) in
            let before = options.isDryRun ? state : nil
            let (key, isNew) = try body(&state)
            let object = state.stored[key]?.shown ?? .null
            if let before { state = before }
            return WriteAnswer(object: object, wasCreated: isNew)
        }
    }

    func requireNamespace(of address: ObjectAddress) throws(KubernetesError) {
        guard address.resource.isNamespaced else { return }
        let isThere = state.withLock {
            $0.stored[Key(group: "", resource: "namespaces", namespace: "", name: address.namespace)] != nil
        }
        guard isThere else {
            throw KubernetesError(
                .notFound, subject: Text("\(address)"),
                message: Text("namespaces \"\(address.namespace)\" not found"), status: 404)
        }
    }

    /// An object that names a UID or a version means that one only.
    func check(_ object: Value, _ live: Value, _ address: ObjectAddress) throws(KubernetesError) {
        if let uid = object.uid, uid != live.uid { throw refusal(.conflict, address, "another UID") }
        if let version = object.resourceVersion, version != live.resourceVersion {
            throw refusal(
                .conflict, address, "the object has been modified; please apply your changes to the latest version")
        }
    }

    func refusal(_ code: KubernetesError.Code, _ address: ObjectAddress, _ message: Text) -> KubernetesError {
        let status = [KubernetesError.Code.notFound: 404, .conflict: 409, .alreadyExists: 409][code] ?? 400
        return KubernetesError(code, subject: Text("\(address)"), message: message, status: status)
    }

    func ownership(_ conflicts: [(Text, Field)], _ address: ObjectAddress) -> KubernetesError {
        let causes = conflicts.map { manager, field in
            KubernetesError.Cause(
                field: Text("." + field.map { String($0.key.string.dropFirst(2)) }.joined(separator: ".")),
                reason: "FieldManagerConflict", message: Text("conflict with \"\(manager)\" using v1"))
        }
        return KubernetesError(
            .conflict, subject: Text("\(address)"), message: Text("Apply failed with \(causes.count) conflicts"),
            causes: causes.sorted { $0.field < $1.field }, status: 409)
    }
}

extension Value {
    /// With the name and namespace of an address.
    func named(_ address: ObjectAddress) -> Value {
        var metadata = metadata ?? Object()
        metadata["name"] = .string(address.name)
        if address.resource.isNamespaced { metadata["namespace"] = .string(address.namespace) }
        return replacing("metadata", .object(metadata))
    }

    /// The metadata that whoever applies may declare.
    var declaredMetadata: Value {
        var metadata = metadata ?? Object()
        for name: Text in ["uid", "resourceVersion", "managedFields", "generation", "creationTimestamp"] {
            metadata[name] = nil
        }
        return .object(metadata)
    }

    /// RFC 7386.
    func merged(with patch: Value) -> Value {
        guard case .object(let patch) = patch else { return patch }
        var object = objectValue ?? Object()
        for (key, value) in patch.pairs {
            object[key] = value == .null ? nil : (object[key] ?? .null).merged(with: value)
        }
        return .object(object)
    }

    /// RFC 6902: `add`, `replace`, `remove` and `test`.
    func patched(with operations: [Value], _ subject: Text) throws(KubernetesError) -> Value {
        var value = self
        for operation in operations {
            let steps = (operation["path"]?.stringValue ?? "").string.split(separator: "/").map {
                Text(String($0).replacing("~1", with: "/").replacing("~0", with: "~"))
            }
            guard let next = value.edited(steps[...], operation) else {
                let code: KubernetesError.Code = operation["op"] == "test" ? .conflict : .invalid
                throw KubernetesError(code, subject: subject, message: "the JSON patch does not fit", status: 422)
            }
            value = next
        }
        return value
    }

    private func edited(_ steps: ArraySlice<Text>, _ operation: Value) -> Value? {
        let verb = operation["op"]?.stringValue ?? ""
        guard let step = steps.first else {
            return verb == "test" ? (self == operation["value"] ? self : nil) : operation["value"]
        }
        let isLast = steps.count == 1
        switch self {
        case .object(var object):
            if isLast, verb == "remove" {
                guard object[step] != nil else { return nil }
                object[step] = nil
            } else {
                guard isLast && verb == "add" || object[step] != nil else { return nil }
                guard let next = (object[step] ?? .null).edited(steps.dropFirst(), operation) else { return nil }
                object[step] = next
            }
            return .object(object)
        case .array(var items):
            if isLast, verb == "add", step == "-" { return operation["value"].map { .array(items + [$0]) } }
            guard let index = Int(step.string), items.indices.contains(index) else { return nil }
            if isLast, verb == "remove" {
                items.remove(at: index)
            } else if let next = items[index].edited(steps.dropFirst(), operation) {
                items[index] = next
            } else {
                return nil
            }
            return .array(items)
        default: return nil
        }
    }
}
