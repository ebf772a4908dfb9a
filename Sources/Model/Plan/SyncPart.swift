// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// How much of a plan somebody asks to have carried out.
///
/// It only ever narrows a plan, or asks for deletions that wait to be asked for; what guards hold back stays held back.
package struct SyncPart: Sendable, Hashable {
    /// What may be created and updated; `nil`: everything that is declared.
    package var objects: Set<ObjectID>?
    /// What may be deleted beyond what the application's policy lets go by itself; `nil`: everything that left Git.
    package var pruned: Set<ObjectID>?

    package init(objects: Set<ObjectID>?, pruned: Set<ObjectID>?) {
        self.objects = objects
        self.pruned = pruned
    }

    /// Everything, by the application's policy.
    package static let whole = SyncPart(objects: nil, pruned: [])

    /// Whether parts of the unit are left as they are. Such a sync brings the unit to no version.
    package var isLimited: Bool { objects != nil }

    package func writes(_ object: ObjectID) -> Bool { objects?.contains(object) ?? true }

    /// - Parameter byPolicy: whether the application lets deletions go by themselves, which only a sync of the whole unit
    ///   makes use of.
    package func prunes(_ object: ObjectID, byPolicy: Bool) -> Bool {
        byPolicy && !isLimited || (pruned?.contains(object) ?? true)
    }

    /// What two people ask for together.
    package func union(_ other: SyncPart) -> SyncPart {
        SyncPart(
            objects: Self.union(objects, other.objects), pruned: Self.union(pruned, other.pruned))
    }

    private static func union(_ left: Set<ObjectID>?, _ right: Set<ObjectID>?) -> Set<ObjectID>? {
        guard let left, let right else { return nil }
        return left.union(right)
    }
}

extension SyncPart {
    /// For records: `only` names the objects, `prune` names those that may be deleted, or is `true` for all.
    package var value: Value {
        .fields([
            "only": objects.map { Value($0.sorted()) },
            "prune": pruned.map { objects -> Value? in objects.isEmpty ? nil : Value(objects.sorted()) } ?? true,
        ])
    }

    package init(_ value: Value) {
        self.init(
            objects: value["only"].map { Set($0.objectIDsValue) },
            pruned: value["prune"] == true ? nil : Set(value["prune"]?.objectIDsValue ?? []))
    }
}
