// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// An object on its way through a build, with what must be remembered of it.
struct Resource: Sendable {
    /// A name that the object had before.
    struct Previous: Sendable, Hashable {
        var kind: Text
        var name: Text
        /// See ``ResourceID/namespace``.
        var namespace: Text
    }

    /// What a generator does to an object that is there already.
    enum Behavior: Text, Sendable {
        case create, merge, replace
    }

    var value: Value
    /// Where it was read; for errors.
    var place: ResourcePlace
    /// Oldest first.
    var previous: [Previous] = []
    /// Innermost first.
    var prefixes: [Text] = []
    var suffixes: [Text] = []
    var needsHash = false
    var behavior = Behavior.create
    /// Texts in the source that stand in quotes, see `YAML.Document.quoted`.
    var quoted: Set<Text> = []
    var origin: Origin?
    var transformations: [Origin] = []
    /// The vars that read this object.
    var variables: [Text] = []

    init(_ value: Value, place: ResourcePlace) {
        self.value = value
        self.place = place
    }
}

extension Resource {
    var apiVersion: Text { value["apiVersion"]?.scalarText ?? "" }
    var kind: Text { value["kind"]?.scalarText ?? "" }
    var name: Text { value["metadata"]?["name"]?.scalarText ?? "" }
    /// As it is written; empty when it is not.
    var namespace: Text { value["metadata"]?["namespace"]?.scalarText ?? "" }

    var type: GroupVersionKind { GroupVersionKind(apiVersion: apiVersion, kind: kind) }
    var id: ResourceID { ResourceID(type: type, name: name, writtenNamespace: namespace) }

    /// All that it was, oldest first, without what it is.
    var previousIDs: [ResourceID] {
        if previous.isEmpty { return [] }
        let type = self.type
        return previous.map {
            ResourceID(
                type: GroupVersionKind(group: type.group, version: type.version, kind: $0.kind), name: $0.name,
                effectiveNamespace: $0.namespace)
        }
    }

    /// What it was first.
    var originalID: ResourceID { previousIDs.first ?? id }

    /// Whether it is, or was, the object that an id means.
    func isOrWas(_ wanted: ResourceID) -> Bool {
        if id == wanted { return true }
        return previousIDs.contains(wanted)
    }

    mutating func rememberID() {
        let id = self.id
        previous.append(Previous(kind: id.type.kind, name: id.name, namespace: id.namespace))
    }

    mutating func setName(_ name: Text) { setMetadata("name", .string(name)) }

    /// An empty namespace is removed.
    mutating func setNamespace(_ namespace: Text) {
        if namespace.isEmpty {
            _ = value.editObject { root in root.edit("metadata") { $0.editObject { $0["namespace"] = nil } } }
        } else {
            setMetadata("namespace", .string(namespace))
        }
    }

    mutating func setKind(_ kind: Text) {
        if self.kind != kind { _ = value.editObject { $0["kind"] = .string(kind) } }
    }

    private mutating func setMetadata(_ key: Text, _ new: Value) {
        _ = value.editObject { root in
            if root["metadata"]?.objectValue == nil { root["metadata"] = .object(Object()) }
            _ = root.edit("metadata") { $0.editObject { $0[key] = new } }
        }
    }

    /// Annotations or labels, as texts.
    func texts(of map: Text) -> [Object.Pair] { value["metadata"]?[map]?.objectValue?.pairs ?? [] }

    func annotation(_ key: Text) -> Text? { value["metadata"]?["annotations"]?[key]?.scalarText }

    mutating func setAnnotation(_ key: Text, _ text: Text?) {
        _ = value.editObject { root in
            if root["metadata"]?.objectValue == nil { root["metadata"] = .object(Object()) }
            _ = root.edit("metadata") { metadata in
                metadata.editObject { metadata in
                    if metadata["annotations"]?.objectValue == nil {
                        if text == nil { return }
                        metadata["annotations"] = .object(Object())
                    }
                    _ = metadata.edit("annotations") { $0.editObject { $0[key] = text.map { .string($0) } } }
                }
            }
        }
    }
}
