// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// The live objects that a unit has applied, and beneath each what it owns, as they were at one look.
package struct ObjectTree: Sendable, Hashable {
    package struct Node: Sendable, Hashable {
        package var object: ObjectID
        /// `nil` where the target was not asked.
        package var health: HealthReport?
        /// Of a Pod: those that run before the others first.
        package var containers: [Container]
        /// What names this object as its owner: the worst health first, then by identity.
        package var owned: [Node]

        package init(
            object: ObjectID, health: HealthReport? = nil, containers: [Container] = [], owned: [Node] = []
        ) {
            self.object = object
            self.health = health
            self.containers = containers
            self.owned = owned
        }
    }

    /// A container of a Pod.
    package struct Container: Sendable, Hashable {
        package enum State: String, Sendable, Hashable, CaseIterable {
            case waiting, running, ended
        }

        package var name: Text
        package var state: State
        package var isReady: Bool
        /// How often it was started again.
        package var restarts: Int
        /// Why it waits, how it ended, or how it ended the last time: `CrashLoopBackOff: back-off 5m0s …`. Empty when
        /// there is nothing to say.
        package var reason: Text

        package init(name: Text, state: State, isReady: Bool, restarts: Int, reason: Text = "") {
            self.name = name
            self.state = state
            self.isReady = isReady
            self.restarts = restarts
            self.reason = reason
        }
    }

    /// What the unit applied: what owns others first.
    package var items: [Node]
    /// What is missing here and why, in whole sentences without their full stops.
    package var remarks: [Text]

    package init(items: [Node] = [], remarks: [Text] = []) {
        self.items = items
        self.remarks = remarks
    }
}

extension ObjectTree {
    /// More nodes than this are shown of nothing.
    package static let most = 2000

    /// Of a target whose objects own nothing: the objects alone.
    package init(of inventory: Inventory) {
        let objects = inventory.entries.keys.sorted()
        self.init(items: objects.prefix(Self.most).map { Node(object: $0) })
        if objects.count > items.count {
            remarks = ["only the first \(items.count) of \(objects.count) objects are shown"]
        }
    }
}
