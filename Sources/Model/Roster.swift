// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// Numbers its members from zero, without a gap, so that whatever belongs to them can lie in arrays.
///
/// For tens of thousands: a table with holes has four bytes a hole here. A dictionary has the room of a key and a value
/// for each, and up to twice as many of them as it holds. A few are looked through and need no table.
package struct Roster<Member: Hashable> {
    /// By their numbers.
    package private(set) var members: [Member] = []
    /// The number of a member plus one, at the first place from that of its hash that was free; 0 where nobody is. As
    /// many as a power of two; none for a few.
    private var places: [UInt32] = []

    package init() {}

    package var count: Int { members.count }
    package var isEmpty: Bool { members.isEmpty }
    /// How many have room, for tests.
    package var room: Int { members.capacity }

    private static var few: Int { 12 }

    package func number(of member: Member) -> Int? {
        places.isEmpty ? members.firstIndex(of: member) : found(member).number
    }

    /// Gives the newest member the next number, and one that is there its own.
    package mutating func insert(_ member: Member) -> (number: Int, isNew: Bool) {
        if let number = number(of: member) { return (number, false) }
        members.appendTightly(member)
        if members.count > Self.few || !places.isEmpty { placeNewest() }
        return (members.count - 1, true)
    }

    private mutating func placeNewest() {
        guard members.count * 5 <= places.count * 4 else { return renew(tableOf: max(32, places.count * 2)) }
        var place = home(of: members[members.count - 1])
        while places[place] != 0 { place = (place + 1) & (places.count - 1) }
        places[place] = UInt32(truncatingIfNeeded: members.count)
    }

    /// The number that was its own, which the last member has from now on; `nil` when it is not there.
    package mutating func remove(_ member: Member) -> Int? {
        guard !places.isEmpty else {
            guard let number = members.firstIndex(of: member) else { return nil }
            members.swapAt(number, members.count - 1)
            members.removeLast()
            return number
        }
        guard case (let place, let number?) = found(member) else { return nil }
        if let last = members.last, number < members.count - 1 {
            places[found(last).place] = UInt32(truncatingIfNeeded: number + 1)
            members[number] = last
        }
        members.removeLast()
        close(place)
        if places.count > 1024, members.count * 8 < places.count {
            renew(tableOf: places.count / 4)
            members.tighten()
        }
        return number
    }

    /// Where a member is, or would be.
    private func found(_ member: Member) -> (place: Int, number: Int?) {
        var place = home(of: member)
        while true {
            let number = Int(places[place]) - 1
            guard number >= 0 else { return (place, nil) }
            if members[number] == member { return (place, number) }
            place = (place + 1) & (places.count - 1)
        }
    }

    private func home(of member: Member) -> Int { member.hashValue & (places.count - 1) }

    /// Frees a place: those that were put behind it, as it was taken, move up.
    private mutating func close(_ place: Int) {
        let mask = places.count - 1
        var (free, next) = (place, (place + 1) & mask)
        while places[next] != 0 {
            let home = home(of: members[Int(places[next]) - 1])
            if (next - home) & mask >= (next - free) & mask {
                places[free] = places[next]
                free = next
            }
            next = (next + 1) & mask
        }
        places[free] = 0
    }

    private mutating func renew(tableOf size: Int) {
        places = [UInt32](repeating: 0, count: size)
        for number in members.indices {
            var place = home(of: members[number])
            while places[place] != 0 { place = (place + 1) & (size - 1) }
            places[place] = UInt32(truncatingIfNeeded: number + 1)
        }
    }
}

extension Array {
    /// Appends; where there is no room, makes it for an eighth more and not for twice as many.
    package mutating func appendTightly(_ element: Element) {
        if count == capacity { reserveCapacity(count + count / 8 + 4) }
        append(element)
    }

    /// Lets go of room for many more than there are.
    package mutating func tighten() {
        guard count * 2 < capacity else { return }
        // An array of all of it would be the same one.
        var rest: [Element] = []
        rest.reserveCapacity(count)
        rest.append(contentsOf: self)
        self = rest
    }
}

extension Roster: Sendable where Member: Sendable {}
