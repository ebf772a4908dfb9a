// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import API
import Manifest
package import Model

/// Where secrets lie, for people.
package struct SecretPlaceReport {
    package var places: [SecretPlace]
    package var now: Time

    package init(_ places: [SecretPlace], now: Time) {
        self.places = places
        self.now = now
    }

    package func lines(width: Int?) -> [Line] {
        guard !places.isEmpty else { return [Line("No unit was given a secret.", .faint)] }
        var table = Table(["SECRET", "KEYS", "VERSION", "UNITS", "SINCE"].map { Table.Column($0) })
        for place in places {
            let versions = Set(place.uses.map(\.version)).sorted().map(\.string)
            let notes = place.failure.map { failure in
                [Line("does not come: ", .red) + Line("\(failure.state): \(failure.reason)")]
            }
            table.append(
                [
                    Line(place.place.string), Line(place.keys.map(\.string).joined(separator: ", ")),
                    Line(versions.joined(separator: ", ")), Line(units(place)),
                    Line(place.uses.map(\.since).max().map { Relative.time($0, now: now) } ?? ""),
                ], notes: notes ?? [])
        }
        return table.lines(width: width)
    }

    private func units(_ place: SecretPlace) -> String {
        let names = place.uses.prefix(3).map { "\($0.unit.inFleet)" }
        return names.joined(separator: ", ") + (place.uses.count > 3 ? " and \(place.uses.count - 3) more" : "")
    }
}
