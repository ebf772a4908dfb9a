// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import KubernetesClient
import Manifest
import Model

/// What was found of a tree so far, and what belongs beneath what.
struct TreeGrowth: Sendable {
    /// All that is kept of a live object.
    struct Found: Sendable {
        var node: ObjectTree.Node
        var uid: Text
        /// UIDs of those that it names as owners, its controller first; empty for what the unit applied.
        var owners: [Text] = []
        /// What its own things are looked for by.
        var selector: Text = ""
        /// A ReplicaSet of an earlier version, which is to own nothing.
        var isIdle = false
    }

    private var found: [Found] = []
    private var places: [Text: Int] = [:]
    private var owned: [Int: [Int]] = [:]
    private var roots: [Int] = []

    mutating func add(root: Found) {
        roots.append(found.count)
        // Of two that are one object, the first counts.
        if !root.uid.isEmpty, places[root.uid] == nil { places[root.uid] = found.count }
        found.append(root)
    }

    /// `nil` for what belongs to nothing here, or is here already.
    mutating func add(_ one: Found) -> Found? {
        guard !one.uid.isEmpty, places[one.uid] == nil,
            let owner = one.owners.lazy.compactMap({ [places] in places[$0] }).first
        else { return nil }
        places[one.uid] = found.count
        owned[owner, default: []].append(found.count)
        var one = one
        if OwnedKinds.isInherited(from: found[owner].node.object), !found[owner].selector.isEmpty {
            one.selector = found[owner].selector
        }
        found.append(one)
        return one
    }

    /// Roots that own something come first.
    var items: [ObjectTree.Node] {
        let nodes = roots.map { node(at: $0) }
        return nodes.filter { !$0.owned.isEmpty } + nodes.filter(\.owned.isEmpty)
    }

    /// Each has one owner, which was there before it, so that this ends.
    private func node(at place: Int) -> ObjectTree.Node {
        var node = found[place].node
        node.owned = (owned[place] ?? []).filter { !isLeftOut($0) }.map { self.node(at: $0) }.sorted { left, right in
            let (first, second) = (left.health?.health ?? .healthy, right.health?.health ?? .healthy)
            return first == second ? left.object < right.object : first > second
        }
        return node
    }

    private func isLeftOut(_ place: Int) -> Bool { found[place].isIdle && owned[place] == nil }
}

extension TreeGrowth.Found {
    /// - Parameter id: what it is called where it was asked for; answers for metadata alone do not say their kind.
    init(_ live: Value, _ id: ObjectID, now: Time) {
        let references = live.metadata?["ownerReferences"]?.arrayValue ?? []
        let controllers = references.filter { $0["controller"] == true }
        let others = references.filter { $0["controller"] != true }
        let isPod = OwnedKinds.Kind(id) == OwnedKinds.Kind("", "Pod")
        self.init(
            node: ObjectTree.Node(
                object: id, health: ObjectHealth.report(of: live, now: now),
                containers: isPod ? PodContainers.of(live) : []),
            uid: live.uid ?? "", owners: (controllers + others).compactMap { $0["uid"]?.stringValue },
            selector: OwnedKinds.selector(of: live, id),
            isIdle: id.kind == "ReplicaSet" && live["spec"]?["replicas"]?.intValue == 0)
    }
}
