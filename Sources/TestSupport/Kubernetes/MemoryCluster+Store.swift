// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import KubernetesClient
import Manifest

extension MemoryCluster.State {
    /// Stores what somebody sends who is no applier: what it changes is that manager's from now on.
    mutating func store(_ key: MemoryCluster.Key, _ value: Value, by manager: Text, subresource: Text? = nil) {
        var managed = stored[key]?.managed ?? ManagedFields()
        let old = stored[key].map { FieldTree.fields(of: $0.object) } ?? [:]
        let new = FieldTree.fields(of: value)
        let changed = Set(new.filter { old[$0.key] != $0.value }.keys)
        managed.update(manager, subresource: subresource, changed: changed, gone: Set(old.keys).subtracting(new.keys))
        put(key, MemoryCluster.Stored(object: value, managed: managed))
    }

    /// Stores an object as it is, with the metadata that only a server writes. Nothing happens when nothing changes.
    mutating func put(_ key: MemoryCluster.Key, _ new: MemoryCluster.Stored) {
        var new = new
        let old = stored[key]
        var metadata = new.object.metadata ?? Object()
        metadata["managedFields"] = nil
        if let old {
            for name: Text in ["uid", "creationTimestamp", "generation", "resourceVersion", "deletionTimestamp"] {
                metadata[name] = old.object.metadata?[name] ?? metadata[name]
            }
        } else {
            lastUID += 1
            metadata["uid"] = .string(
                Text("00000000-0000-0000-0000-\(String(1_000_000_000_000 + lastUID).dropFirst())"))
            metadata["creationTimestamp"] = "2026-01-01T00:00:00Z"
            metadata["generation"] = 1
        }
        new.object = new.object.replacing("metadata", .object(metadata))
        if let old, old.object == new.object, old.managed.isSame(as: new.managed) { return }
        if let old, old.object.specification != new.object.specification {
            metadata["generation"] = .number(Number((old.object.generation ?? 0) + 1))
        }
        version += 1
        metadata["resourceVersion"] = .string(Text(String(version)))
        new.object = new.object.replacing("metadata", .object(metadata))
        stored[key] = new
        history.append(MemoryCluster.Change(version: version, key: key, old: old?.shown, new: new.shown))
        // Deleted, and nothing holds it any longer.
        if new.object.isTerminating, !(new.object.metadata?["finalizers"]?.arrayValue?.isEmpty == false) { remove(key) }
        establish(new.object)
    }

    mutating func remove(_ key: MemoryCluster.Key) {
        guard let old = stored.removeValue(forKey: key) else { return }
        version += 1
        var metadata = old.object.metadata ?? Object()
        metadata["resourceVersion"] = .string(Text(String(version)))
        var last = old
        last.object = last.object.replacing("metadata", .object(metadata))
        history.append(MemoryCluster.Change(version: version, key: key, old: last.shown, new: nil))
        if key.resource == "namespaces" {
            for inside in stored.keys.filter({ $0.namespace == key.name }) { remove(inside) }
        }
        if key.resource == "customresourcedefinitions" {
            let name = old.object["spec"]?["names"]?["plural"]?.stringValue ?? ""
            let group = old.object["spec"]?["group"]?.stringValue ?? ""
            resources.removeAll { $0.name == name && $0.group == group }
            for inside in stored.keys.filter({ $0.group == group && $0.resource == name }) { remove(inside) }
        }
    }

    /// A CustomResourceDefinition is served at once.
    private mutating func establish(_ object: Value) {
        guard object["kind"] == "CustomResourceDefinition", let spec = object["spec"],
            let group = spec["group"]?.stringValue, let name = spec["names"]?["plural"]?.stringValue,
            let kind = spec["names"]?["kind"]?.stringValue
        else { return }
        resources.removeAll { $0.group == group && $0.name == name }
        for version in spec["versions"]?.arrayValue ?? [] where version["served"] != false {
            resources.append(
                ResourceType(
                    group: group, version: version["name"]?.stringValue ?? "v1", name: name, kind: kind,
                    isNamespaced: spec["scope"] == "Namespaced", subresources: ["status"]))
        }
        let isEstablished = object["status"]?["conditions"]?.arrayValue?.contains {
            $0["type"] == "Established" && $0["status"] == "True"
        }
        guard isEstablished != true else { return }
        let key = MemoryCluster.Key(
            group: "apiextensions.k8s.io", resource: "customresourcedefinitions", namespace: "",
            name: object.objectName ?? "")
        let status: Value = ["conditions": [["type": "Established", "status": "True"]]]
        store(key, object.replacing("status", status), by: "kube-apiserver", subresource: "status")
    }
}

extension ManagedFields {
    func isSame(as other: ManagedFields) -> Bool {
        func table(_ fields: ManagedFields) -> [[Text]: Set<Field>] {
            Dictionary(
                fields.entries.map {
                    ([$0.manager, $0.isApply ? "apply" : "update", $0.subresource ?? ""], $0.fields)
                },
                uniquingKeysWith: { first, _ in first })
        }
        return table(self) == table(other)
    }
}

extension Value {
    /// The object with one of its keys set.
    func replacing(_ key: Text, _ value: Value?) -> Value {
        var object = objectValue ?? Object()
        object[key] = value
        return .object(object)
    }

    /// What a change of raises the generation: all but metadata and status.
    var specification: Value { replacing("metadata", nil).replacing("status", nil) }
}
