// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Manifest

/// How a live object differs from what is declared, field by field.
struct LiveDifference: Sendable, Hashable {
    /// What others put into a list or map that is declared.
    struct Addition: Sendable, Hashable {
        var path: FieldPath
        var elements: [FieldSet.Element]
        var value: Value
        /// It changes what runs or with which rights: drift whatever the rules say.
        var isDangerous: Bool
    }

    /// Declared fields whose live value is another, and fields of ours that are declared no more. `old` is live.
    var values: [FieldDifference] = []
    /// Declared fields whose value stands though they are not ours any more.
    var lost: [FieldPath] = []
    var additions: [Addition] = []
    /// ``values`` and ``lost`` as the server names them, each in its order.
    var valueElements: [[FieldSet.Element]] = []
    var lostElements: [[FieldSet.Element]] = []
    var elements: [[FieldSet.Element]] { valueElements + lostElements }

    /// Compares a completed manifest with the live object in the same API version.
    ///
    /// - Parameters:
    ///   - owned: what we applied last; `nil` when the object is not ours, so that nothing can be lost or removed.
    ///   - ignored: fields that may differ.
    init(desired: Value, live: Value, owned: FieldSet?, managed: ManagedFields, manager: Text, ignored: [FieldPattern])
    {
        var walk = LiveWalk(
            live: live, managed: managed, manager: manager, ignored: ignored, checksOwnership: owned != nil)
        for (key, value) in desired.objectValue?.pairs ?? [] where !Self.identity.contains(key) {
            walk.visitField(key, value, in: live, owned: owned)
        }
        if let owned { walk.visitRemoved(owned, desired: desired, live: live, isRoot: true) }
        self = walk.found
    }

    /// Nothing but additions is left.
    mutating func clearFields() { self = LiveDifference(additions: additions) }

    /// It was applied in another API version, which is nobody's doing.
    mutating func move(from old: Text, to new: Text) {
        values.append(FieldDifference(path: ["apiVersion"], old: .string(old), new: .string(new)))
        valueElements.append([.field("apiVersion")])
    }

    init(additions: [Addition] = []) { self.additions = additions }

    var isEmpty: Bool { values.isEmpty && lost.isEmpty && additions.isEmpty }

    /// Which object it is, and what only the server writes.
    static let identity: Set<Text> = ["apiVersion", "kind", "status"]
    static let metadata: Set<Text> = ["labels", "annotations", "finalizers", "ownerReferences"]
}
