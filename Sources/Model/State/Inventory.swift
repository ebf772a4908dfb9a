// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// The objects that a unit has applied: the only things it may ever delete.
package struct Inventory: Sendable, Hashable {
    package struct Entry: Sendable, Hashable {
        /// What tells this object from another of the same name: a Kubernetes UID, the path of a host's file.
        /// Empty where the target has none.
        package var uid: Text
        /// Of the desired object as last applied; `nil` while only the intent is known.
        package var applied: Digest?
        package var wave: Int

        package init(uid: Text = "", applied: Digest?, wave: Int) {
            self.uid = uid
            self.applied = applied
            self.wave = wave
        }
    }

    package var entries: Entries

    package init(entries: Entries = [:]) { self.entries = entries }

    package init(entries: [ObjectID: Entry]) { self.entries = Entries(entries) }

    /// Which objects are ours, without what was applied: what a target keeps.
    package var claim: Inventory {
        Inventory(entries: entries.mapValues { Entry(uid: $0.uid, applied: nil, wave: $0.wave) })
    }
}

extension Inventory {
    /// Entries by what they are of, like a dictionary, and once they are settled in a fifth of its room.
    package struct Entries: Sendable {
        /// Where they lie; the other is empty.
        private var table: [ObjectID: Entry] = [:]
        private var rows = InventoryRows()

        package init(_ entries: [ObjectID: Entry] = [:]) { table = entries }

        package var count: Int { table.count + rows.count }
        package var isEmpty: Bool { count == 0 }

        package subscript(id: ObjectID) -> Entry? {
            get { rows.isEmpty ? table[id] : rows[id] }
            set {
                if !rows.isEmpty, rows.put(newValue, at: id) { return }
                loosen()
                table[id] = newValue
            }
        }

        /// Packs them: nobody is going to put in others for a while.
        package mutating func settle() {
            guard !table.isEmpty, let packed = InventoryRows(table) else { return }
            rows = packed
            table = [:]
        }

        /// In no order.
        package var keys: [ObjectID] { map(\.key) }
        package var values: [Entry] { map(\.value) }

        package func mapValues(_ change: (Entry) -> Entry) -> Entries {
            var changed = self
            if !rows.isEmpty, let packed = rows.mapValues(change) {
                changed.rows = packed
            } else {
                changed.loosen()
                changed.table = changed.table.mapValues(change)
            }
            return changed
        }

        private mutating func loosen() {
            guard !rows.isEmpty else { return }
            table = Dictionary(uniqueKeysWithValues: rows.map { ($0.key, $0.value) })
            rows = InventoryRows()
        }
    }
}

extension Inventory.Entries: Sequence {
    package typealias Element = (key: ObjectID, value: Inventory.Entry)

    package func makeIterator() -> AnyIterator<Element> {
        if rows.isEmpty {
            var entries = table.makeIterator()
            return AnyIterator { entries.next() }
        }
        var entries = rows.makeIterator()
        return AnyIterator { entries.next() }
    }

    package var underestimatedCount: Int { count }
}

extension Inventory.Entries: Hashable {
    package static func == (left: Self, right: Self) -> Bool {
        left.count == right.count && left.allSatisfy { right[$0.key] == $0.value }
    }

    /// In whichever form, and in whatever order.
    package func hash(into hasher: inout Hasher) {
        var sum = 0
        for (id, entry) in self {
            var one = Hasher()
            one.combine(id)
            one.combine(entry)
            sum ^= one.finalize()
        }
        hasher.combine(sum)
    }
}

extension Inventory.Entries: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (ObjectID, Inventory.Entry)...) {
        self.init(Dictionary(elements) { _, later in later })
    }
}
