// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// The objects of a build in their order, no two of which are one.
struct ResourceSet: Sendable {
    private(set) var items: [Resource] = []
    private var ids: Set<ResourceID> = []
    private var identities: Identities?
    let limit: Int

    init(limit: Int) { self.limit = limit }

    var isEmpty: Bool { items.isEmpty }

    /// - Throws: when the object is there already.
    mutating func append(_ resource: Resource) throws(KustomizeError) {
        let id = resource.id
        guard ids.insert(id).inserted else {
            let first = items.first { $0.id == id }
            throw KustomizeError(
                resource.place.asPlace,
                "\(id) is there already"
                    + (first.map { ", from \($0.place)" } ?? ""),
                advice: "list it once, or rename one of the two")
        }
        guard items.count < limit else {
            throw KustomizeError(
                resource.place.asPlace, "more than \(limit) objects", advice: "split the kustomization", code: .tooMuch)
        }
        items.append(resource)
        identities = nil
    }

    mutating func append(contentsOf other: ResourceSet) throws(KustomizeError) {
        if items.isEmpty, limit == other.limit {
            self = other
            return
        }
        for item in other.items { try append(item) }
    }

    /// Changes each object; those that become empty are removed.
    mutating func changeEach(_ body: (inout Resource) throws(KustomizeError) -> Void) throws(KustomizeError) {
        for index in items.indices { try body(&items[index]) }
        try settle()
    }

    /// Changes the objects at some indices. Who changes which objects they are says so with ``settle()``.
    mutating func change(
        _ indices: some Sequence<Int>, _ body: (inout Resource) throws(KustomizeError) -> Void
    ) throws(KustomizeError) {
        for index in indices where items.indices.contains(index) { try body(&items[index]) }
    }

    /// Changes what objects hold but not which they are.
    mutating func changeContents(
        _ body: (inout Resource) throws(KustomizeError) -> Void
    ) throws(KustomizeError) {
        for index in items.indices { try body(&items[index]) }
    }

    mutating func replace(at index: Int, with resource: Resource) throws(KustomizeError) {
        items[index] = resource
        try settle()
    }

    /// Removes what has become empty, and makes sure that the rest are still different objects.
    mutating func settle() throws(KustomizeError) {
        if items.contains(where: { $0.value.isEmptyObject }) { items.removeAll { $0.value.isEmptyObject } }
        identities = nil
        ids.removeAll(keepingCapacity: true)
        for index in items.indices {
            let id = items[index].id
            if ids.insert(id).inserted { continue }
            let first = items.first { $0.id == id }
            throw KustomizeError(
                items[index].place.asPlace,
                "two objects become \(id)" + (first.map { "; the other is from \($0.place)" } ?? ""),
                advice: "give them different names or namespaces")
        }
    }

    /// The objects, which the set knows by their names but does not hold until they are put back in their order.
    mutating func lendItems() -> [Resource] {
        defer { items = [] }
        return items
    }

    /// The same objects as were lent: what they hold may be other than before.
    mutating func putBack(_ lent: [Resource]) { items = lent }

    /// The objects, which the set holds no longer.
    mutating func takeItems() -> [Resource] {
        defer { self = ResourceSet(limit: limit) }
        return items
    }

    mutating func keep(_ isKept: (Resource) -> Bool) {
        let count = items.count
        items.removeAll { !isKept($0) }
        if items.count == count { return }
        ids = Set(items.map(\.id))
        identities = nil
    }

    /// Orders the objects by a key that is made once for each.
    mutating func sort<Key>(_ key: (Resource) -> Key, by precedes: (Key, Key) -> Bool) {
        let keys = items.map(key)
        let order = items.indices.sorted { precedes(keys[$0], keys[$1]) }
        items = order.map { items[$0] }
        identities = nil
    }

    /// The objects that are, or once were, the one that an id means.
    mutating func indices(of wanted: ResourceID) -> [Int] {
        let identities = currentIdentities()
        return (identities.byName[wanted.name] ?? []).filter { identities.ids[$0].contains(wanted) }
    }

    /// The objects that a selector chooses; `nil` when the allowance is spent before.
    mutating func indices(selectedBy selector: ResourceSelector, _ allowance: inout Allowance) -> [Int]? {
        let identities = currentIdentities()
        let named = selector.exactName.map { identities.byName[$0] ?? [] } ?? Array(items.indices)
        var chosen: [Int] = []
        for index in named {
            guard allowance.take(selector.work(on: identities.ids[index])) else { return nil }
            if selector.selects(items[index], ids: identities.ids[index]) { chosen.append(index) }
        }
        return chosen
    }

    /// What all objects are and were, kept until one of them changes that.
    private struct Identities {
        var ids: [[ResourceID]] = []
        var byName: [Text: [Int]] = [:]
    }

    private mutating func currentIdentities() -> Identities {
        if let identities { return identities }
        var made = Identities()
        made.ids.reserveCapacity(items.count)
        for index in items.indices {
            let ids = [items[index].id] + items[index].previousIDs
            made.ids.append(ids)
            for (place, id) in ids.enumerated() where !ids[..<place].contains(where: { $0.name == id.name }) {
                made.byName[id.name, default: []].append(index)
            }
        }
        identities = made
        return made
    }
}
