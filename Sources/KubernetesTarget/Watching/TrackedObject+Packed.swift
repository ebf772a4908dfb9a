// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

extension TrackedObject {
    /// What few objects have, or only for a moment: one reference where there is none of it.
    struct Rare: Sendable {
        var expected: ObjectRecord?
        var pending: News?
        var healthReason = ""
        /// Those that ``Packed`` has no room for: of servers whose UIDs or versions are of their own making, and of an
        /// object that took the place of the one that is on record.
        var sighting: Sighting?
        var record: ObjectRecord?

        var isEmpty: Bool {
            expected == nil && pending == nil && healthReason.isEmpty && sighting == nil && record == nil
        }
    }

    /// A sighting and a record of the same object, with the numbers that their texts stand for.
    struct Packed: Sendable {
        private var uid = CompactUID.zero
        private var version: UInt64 = 0
        private var generation: Int64 = 0
        private var content = 0
        private var recordVersion: UInt64 = 0
        private var recordGeneration: Int64 = 0
        private var desired = Self.noDigest
        private var owned = Self.noDigest
        private var marks: Marks = []

        private static let noDigest = Digest(of: [])

        private struct Marks: OptionSet {
            var rawValue: UInt8

            static let seen = Marks(rawValue: 1)
            static let isOurs = Marks(rawValue: 2)
            static let recorded = Marks(rawValue: 4)
            static let hasDesired = Marks(rawValue: 8)
            static let hasOwned = Marks(rawValue: 16)
            static let isExtended = Marks(rawValue: 32)
        }

        var isSeen: Bool { marks.contains(.seen) }
        var isRecorded: Bool { marks.contains(.recorded) }

        var sighting: Sighting? {
            guard marks.contains(.seen) else { return nil }
            return Sighting(
                uid: uid.text, resourceVersion: Text(String(version)), generation: generation, content: content,
                isOurs: marks.contains(.isOurs))
        }

        var record: ObjectRecord? {
            guard marks.contains(.recorded) else { return nil }
            return ObjectRecord(
                uid: uid.text, resourceVersion: Text(String(recordVersion)), generation: recordGeneration,
                desired: marks.contains(.hasDesired) ? desired : nil, owned: marks.contains(.hasOwned) ? owned : nil,
                isExtended: marks.contains(.isExtended))
        }

        /// False where it does not fit; then nothing is kept of it.
        mutating func keep(_ sighting: Sighting?) -> Bool {
            marks.subtract([.seen, .isOurs])
            guard let sighting else { return true }
            guard let uid = CompactUID(sighting.uid), let version = Self.number(sighting.resourceVersion),
                !isRecorded || self.uid == uid
            else { return false }
            self.uid = uid
            self.version = version
            generation = sighting.generation
            content = sighting.content
            marks.formUnion(sighting.isOurs ? [.seen, .isOurs] : .seen)
            return true
        }

        mutating func keep(_ record: ObjectRecord?) -> Bool {
            marks.subtract([.recorded, .hasDesired, .hasOwned, .isExtended])
            guard let record else { return true }
            guard let uid = CompactUID(record.uid), let version = Self.number(record.resourceVersion),
                !isSeen || self.uid == uid
            else { return false }
            self.uid = uid
            recordVersion = version
            recordGeneration = record.generation
            desired = record.desired ?? Self.noDigest
            owned = record.owned ?? Self.noDigest
            marks.insert(.recorded)
            if record.desired != nil { marks.insert(.hasDesired) }
            if record.owned != nil { marks.insert(.hasOwned) }
            if record.isExtended { marks.insert(.isExtended) }
            return true
        }

        /// The number that a text of digits is, where the number is written as that text.
        static func number(_ text: Text) -> UInt64? {
            guard let first = text.utf8.first, first != UInt8(ascii: "0") || text.utf8.count == 1,
                text.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 })
            else { return nil }
            return UInt64(text.string)
        }
    }
}
