// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import API
package import Manifest
package import Model

/// All tokens of a state folder. A value: what it says of a text depends on nothing but the time that it is told.
package struct TokenBook: Sendable, Hashable {
    /// Ordered by name.
    package private(set) var records: [TokenRecord] = []

    /// More than these are refused.
    package static let limit = 1000

    package init() {}

    package subscript(name: TokenName) -> TokenRecord? { records.first { $0.name == name } }

    /// What somebody presents; `nil` for what is no token, is not known, or counts no longer. It takes as long to find out
    /// for a name that exists as for one that does not.
    package func record(of text: Text, now: Time) -> TokenRecord? {
        guard let token = TokenText(parsing: text) else { return nil }
        let record = self[token.name]
        // A name that nobody has is compared, too.
        let known = record?.digest.bytes ?? Digest(of: []).bytes
        let isSame = known.isEqualInConstantTime(to: token.digest.bytes)
        guard let record, isSame, now < record.view.expires else { return nil }
        return record
    }

    /// Whether a token of the name still counts.
    package func isGood(_ name: TokenName, now: Time) -> Bool { self[name].map { now < $0.view.expires } ?? false }

    package mutating func put(_ record: TokenRecord) {
        remove(record.name)
        records.append(record)
        records.sort { $0.name < $1.name }
    }

    package mutating func remove(_ name: TokenName) { records.removeAll { $0.name == name } }

    /// Notes that a token was used. Gives whether that is news worth keeping: once an hour at most.
    package mutating func noteUse(of name: TokenName, now: Time) -> Bool {
        guard let index = records.firstIndex(where: { $0.name == name }) else { return false }
        if let used = records[index].view.used, now < used.advanced(by: .seconds(3600)) { return false }
        records[index].view.used = now
        return true
    }
}

extension TokenBook: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        for record in try fields.list("tokens", of: TokenRecord.self) { put(record) }
    }

    package var wire: Value { .fields(["tokens": records.wire]) }
}
