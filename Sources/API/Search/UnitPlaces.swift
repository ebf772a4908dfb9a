// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// Where units stand in a list that is ordered by id, found by halving: a table of them all would be held for the few that
/// are asked for by name.
package enum UnitPlaces {
    /// The units of one application on one target, of each fleet that the list has one of.
    ///
    /// - Parameters:
    ///   - count: of the list.
    ///   - unit: the one at a place.
    package static func places(
        of application: Text, on target: Text, count: Int, _ unit: (Int) -> UnitID
    ) -> [Int] {
        var places: [Int] = []
        var start = 0
        while start < count {
            let fleet = unit(start).fleet
            let place = first(from: start, to: count) { place in
                let found = unit(place)
                return found.fleet > fleet
                    || (found.application.text, found.target.text) >= (application, target)
            }
            if place < count {
                let found = unit(place)
                if found.fleet == fleet, found.application.text == application, found.target.text == target {
                    places.append(place)
                }
            }
            start = first(from: place, to: count) { unit($0).fleet > fleet }
        }
        return places
    }

    /// `nil` where it is not in the list.
    package static func place(of wanted: UnitID, count: Int, _ unit: (Int) -> UnitID) -> Int? {
        let place = first(from: 0, to: count) { unit($0) >= wanted }
        return place < count && unit(place) == wanted ? place : nil
    }

    /// The first place from which on something holds.
    private static func first(from start: Int, to end: Int, where holds: (Int) -> Bool) -> Int {
        var (low, high) = (start, end)
        while low < high {
            let middle = low + (high - low) / 2
            if holds(middle) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
