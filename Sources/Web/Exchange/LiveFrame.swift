// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import API
package import Manifest
package import Model

/// What a page that is open is told: which units have changed. It asks for its own parts again then, so that there is
/// one place that says what a page looks like.
package struct LiveFrame: Sendable {
    /// However many events there were, the newest of a unit counts.
    package let units: [UnitID]
    /// For a screen reader.
    package let words: Text
    package let sequence: UInt64

    static let mostUnits = 100

    /// `nil` when there is nothing to tell.
    package init?(_ page: EventPage, _ stirs: UnitStirs = UnitStirs(mark: 0)) {
        guard !page.events.isEmpty || stirs.units?.isEmpty != true else { return nil }
        var newest: [UnitID: String] = [:]
        for unit in stirs.units ?? [] { newest[unit] = "changed" }
        for view in page.events {
            if let unit = view.event.unit { newest[unit] = view.event.kind.words.lowercased() }
        }
        units = newest.keys.sorted().prefix(Self.mostUnits).map(\.self)
        sequence = page.next
        words =
            switch newest.count {
            case 0: Text(page.events.last?.event.kind.words ?? "Units changed")
            case 1...3:
                Text(
                    newest.sorted { $0.key < $1.key }
                        .map { "\($0.key.words): \($0.value)" }.joined(separator: ", "))
            default: Text("\(Words.number(newest.count)) units changed")
            }
    }

    /// As a browser's EventSource reads it. Line feeds cannot occur in JSON.
    package var bytes: [UInt8] {
        let data = JSON.write(["units": .array(units.map { Value(Text($0.description)) }), "words": .string(words)])
        return Array("id: \(sequence)\nevent: change\ndata: ".utf8) + data + Array("\n\n".utf8)
    }

    /// Shows that the stream lives, and from where to go on.
    package static func heartbeat(_ sequence: UInt64) -> [UInt8] { Array("id: \(sequence)\n: alive\n\n".utf8) }
}
