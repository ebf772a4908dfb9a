// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// The objects that others may refer to by a name that they had, found by that name.
struct Candidates {
    struct Entry {
        var id: ResourceID
        var name: Text
        /// As it is written now.
        var namespace: Text
        var previousTypes: [GroupVersionKind]
        var originalNamespace: Text
        var prefixes: [Text]
        var suffixes: [Text]
        var isServiceAccount: Bool
    }

    private var entries: [Entry] = []
    private var byName: [Text: [Int]] = [:]
    /// That some of them had.
    private var types: Set<GroupVersionKind> = []

    var isEmpty: Bool { entries.isEmpty }

    /// Objects that were never renamed are left out: a reference to one is right as it is.
    init(_ set: ResourceSet) {
        for resource in set.items where !resource.previous.isEmpty {
            let id = resource.id
            let previous = resource.previousIDs
            let index = entries.count
            entries.append(
                Entry(
                    id: id, name: id.name, namespace: resource.namespace, previousTypes: previous.map(\.type),
                    originalNamespace: previous.first?.namespace ?? id.namespace, prefixes: resource.prefixes,
                    suffixes: resource.suffixes, isServiceAccount: id.type.kind == "ServiceAccount"))
            for (place, id) in previous.enumerated() {
                types.insert(id.type)
                if !previous[..<place].contains(where: { $0.name == id.name }) {
                    byName[id.name, default: []].append(index)
                }
            }
        }
    }

    /// Whether one of them was ever of a type that a reference means.
    func holdAny(of target: GroupVersionKind) -> Bool { types.contains { $0.matches(target) } }

    /// What one object sees of them.
    func view(of referrer: Resource) throws(KustomizeError) -> View {
        View(
            candidates: self, referrer: referrer.id, prefixes: referrer.prefixes, suffixes: referrer.suffixes,
            role: Self.role(of: referrer), boundNamespaces: try Self.boundNamespaces(of: referrer))
    }

    private static func role(of referrer: Resource) -> GroupVersionKind? {
        guard let reference = referrer.value["roleRef"], let group = reference["apiGroup"]?.scalarText,
            let kind = reference["kind"]?.scalarText
        else { return nil }
        return GroupVersionKind(group: group, kind: kind)
    }

    /// The namespaces of the service accounts that a RoleBinding binds.
    private static func boundNamespaces(of referrer: Resource) throws(KustomizeError) -> Set<Text> {
        guard referrer.kind == "RoleBinding", let subjects = referrer.value["subjects"]?.arrayValue else { return [] }
        var namespaces: Set<Text> = []
        for subject in subjects {
            guard let namespace = subject["namespace"], subject["kind"]?.stringValue == "ServiceAccount" else {
                continue
            }
            guard let text = namespace.stringValue else {
                throw KustomizeError(
                    referrer.place.asPlace, "a subject of \(referrer.id) has an empty namespace",
                    advice: "name it, or leave the field out")
            }
            namespaces.insert(text)
        }
        return namespaces
    }

    struct View {
        fileprivate let candidates: Candidates
        let referrer: ResourceID
        fileprivate let prefixes: [Text]
        fileprivate let suffixes: [Text]
        /// What a binding's `roleRef` names.
        let role: GroupVersionKind?
        fileprivate let boundNamespaces: Set<Text>

        /// Those that once had a name, and of these, when a namespace is given, those that first lay there; when none
        /// did, those that lie there now.
        func entries(named name: Text, in namespace: Text?) -> [Entry] {
            let named = (candidates.byName[name] ?? []).map { candidates.entries[$0] }.filter(mayBeSeen)
            guard let namespace else { return named }
            let all = candidates.entries.contains { mayBeSeen($0) && $0.originalNamespace == namespace }
            return named.filter { (all ? $0.originalNamespace : $0.id.namespace) == namespace }
        }

        private func mayBeSeen(_ entry: Entry) -> Bool {
            referrer.isClusterScoped || entry.id.isClusterScoped || entry.id.namespace == referrer.namespace
                || boundNamespaces.contains(entry.namespace)
        }

        func isInReach(_ entry: Entry) -> Bool {
            referrer.isClusterScoped || entry.id.isClusterScoped || entry.isServiceAccount
                || entry.id.namespace == referrer.namespace
        }

        /// Whether an object was given the same prefixes and suffixes, the innermost aside.
        ///
        /// - Parameter orNone: whether having none is enough.
        func hasAffixes(of entry: Entry, orNone: Bool) -> Bool {
            Self.endAlike(prefixes, entry.prefixes, orNone: orNone)
                && Self.endAlike(suffixes, entry.suffixes, orNone: orNone)
        }

        private static func endAlike(_ a: [Text], _ b: [Text], orNone: Bool) -> Bool {
            if a.isEmpty || b.isEmpty { return orNone || a.isEmpty && b.isEmpty }
            let count = min(a.count, b.count)
            return a.suffix(count) == b.suffix(count)
        }
    }
}
