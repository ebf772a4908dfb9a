// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

/// What is remembered of an object after it was applied: hashes, not values.
struct ObjectRecord: Sendable, Hashable {
    var uid: Text
    var resourceVersion: Text
    /// Of the spec that we applied; 0 for kinds that have none.
    var generation: Int64
    /// Of the desired object as it was applied; `nil` when it only was found to stand.
    var desired: Digest?
    /// Of the fields that are ours and their values, from the server's answer.
    var owned: Digest?
    /// Others had put something into it, which only a look at the whole can tell.
    var isExtended: Bool

    init(
        uid: Text, resourceVersion: Text, generation: Int64, desired: Digest?, owned: Digest?, isExtended: Bool = false
    ) {
        self.isExtended = isExtended
        self.uid = uid
        self.resourceVersion = resourceVersion
        self.generation = generation
        self.desired = desired
        self.owned = owned
    }

    init(of live: Value, desired: Digest?, manager: Text, key: Secret<[UInt8]>, isExtended: Bool = false) {
        let metadata = live["metadata"]
        self.init(
            uid: metadata?["uid"]?.stringValue ?? "", resourceVersion: metadata?["resourceVersion"]?.stringValue ?? "",
            generation: metadata?["generation"]?.intValue ?? 0, desired: desired,
            owned: FieldSet.digest(ownedIn: live, by: manager, key: key), isExtended: isExtended)
    }

    func isSame(objectAs live: Value) -> Bool { live["metadata"]?["uid"]?.stringValue == uid }

    var bytes: [UInt8] {
        JSON.write([
            .string(uid), .string(resourceVersion), .number(Number(generation)),
            desired.map { .string(Text($0.hex)) } ?? .null, owned.map { .string(Text($0.hex)) } ?? .null,
            .bool(isExtended),
        ])
    }

    /// `nil` for what is none: it is observed anew.
    init?(bytes: [UInt8]) {
        guard let parts = try? JSON.read(bytes).arrayValue, parts.count == 6, let uid = parts[0].stringValue,
            let version = parts[1].stringValue, let generation = parts[2].intValue, let isExtended = parts[5].boolValue
        else { return nil }
        self.init(
            uid: uid, resourceVersion: version, generation: generation,
            desired: parts[3].stringValue.flatMap { Digest(hex: $0.string) },
            owned: parts[4].stringValue.flatMap { Digest(hex: $0.string) }, isExtended: isExtended)
    }
}
