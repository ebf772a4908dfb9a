// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// What will be done to one object.
package struct Change: Sendable, Hashable {
    package enum Action: String, Sendable, Hashable, CaseIterable {
        case create, update, delete, keep
        /// Stays as it is and is forgotten.
        case orphan
    }

    package var object: ObjectID
    /// As in ``Inventory/Entry/uid``: of what is there, for a deletion; of what will be, where it is known before.
    package var uid: Text
    package var action: Action
    package var wave: Int
    package var fields: [FieldDifference]

    package init(object: ObjectID, uid: Text = "", action: Action, wave: Int, fields: [FieldDifference] = []) {
        self.object = object
        self.uid = uid
        self.action = action
        self.wave = wave
        self.fields = fields
    }
}

/// Create, update, delete or keep per object, ordered by wave, then deletion last, then identity.
package struct Plan: Sendable, Hashable {
    package var unit: UnitID
    package var renderDigest: Digest
    package var changes: [Change]
    /// What approvals bind to: of the unit, the render digest and the changes with their fields.
    package var digest: Digest
    /// Objects that left Git and stay until somebody asks for their deletion, ordered.
    package var unpruned: [ObjectID]

    package init(
        unit: UnitID, renderDigest: Digest, changes: [Change], digest: Digest, unpruned: [ObjectID] = []
    ) {
        self.unit = unit
        self.renderDigest = renderDigest
        self.changes = changes
        self.digest = digest
        self.unpruned = unpruned
    }

    /// Whether carrying it out would do nothing.
    package var isEmpty: Bool { changes.allSatisfy { $0.action == .keep } }

    package func count(_ action: Change.Action) -> Int { changes.count { $0.action == action } }
}
