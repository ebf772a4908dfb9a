// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Model

/// Finds who read what a commit changes, without asking everybody: what it costs follows the change.
///
/// Readers that read at the same paths are kept together: an application reads the same for each of its targets. What was
/// found there is not kept, and of the paths only hashes: two with one hash are looked up as one, which may name a reader
/// too many and leaves none out.
package struct TraceIndex<Reader: Hashable & Sendable>: Sendable {
    /// What was read, as far as it tells whom a change concerns.
    private struct Reading: Sendable, Hashable {
        /// In order.
        var places: [Int]
        /// Of what followed links: there paths do not tell what was read.
        @Seldom var trace: Trace?

        init(_ trace: Trace) {
            places = []
            places.reserveCapacity(trace.findings.count + trace.listings.count)
            for (path, finding) in trace.findings {
                places.append(finding == .folder ? Place.folder.hash(of: path) : Place.path.hash(of: path))
            }
            for folder in trace.listings.keys { places.append(Place.listing.hash(of: folder)) }
            places.sort()
            self.trace = trace.followsLinks ? trace : nil
        }
    }

    private enum Place {
        /// Where something was found, or nothing.
        case path
        /// Where a folder was found.
        case folder
        /// Where the names in a folder were read.
        case listing

        func hash(of path: TreePath) -> Int {
            var hasher = Hasher()
            hasher.combine(self)
            hasher.combine(path)
            return hasher.finalize()
        }
    }

    private struct Group: Sendable {
        var reading: Reading
        var readers = Roster<Reader>()
    }

    /// Numbers of groups: mostly one.
    private enum Numbers: Sendable {
        case one(Int)
        case several(Set<Int>)
    }

    private var groups: [Int: Group] = [:]
    private var numbers = DenseTable<Reading, Int>()
    private var next: Int = 0
    /// The group of each reader.
    private var byReader = DenseTable<Reader, Int>()
    private var byPlace = DenseTable<Int, Numbers>()
    /// Those that followed links.
    private var linked: Set<Int> = []

    package init() {}

    package var isEmpty: Bool { byReader.isEmpty }
    package var all: Set<Reader> { Set(byReader.keys) }
    /// How many different things were read.
    package var distinct: Int { groups.count }

    /// - Parameter trace: `nil` forgets the reader.
    package mutating func set(_ trace: Trace?, for reader: Reader) {
        let (old, reading) = (byReader[reader], trace.map(Reading.init))
        if let old, groups[old]?.reading == reading { return }
        if let old { leave(old, reader) }
        guard let reading else { return byReader[reader] = nil }
        let number = numbers[reading] ?? begin(reading)
        _ = groups[number]?.readers.insert(reader)
        byReader[reader] = number
    }

    private mutating func begin(_ reading: Reading) -> Int {
        next += 1
        numbers[reading] = next
        groups[next] = Group(reading: reading)
        for place in reading.places { note(next, at: place) }
        if reading.trace != nil { linked.insert(next) }
        return next
    }

    private mutating func leave(_ number: Int, _ reader: Reader) {
        _ = groups[number]?.readers.remove(reader)
        guard let group = groups[number], group.readers.isEmpty else { return }
        groups[number] = nil
        numbers[group.reading] = nil
        for place in group.reading.places { forget(number, at: place) }
        linked.remove(number)
    }

    private mutating func note(_ number: Int, at place: Int) {
        switch byPlace[place] {
        case nil: byPlace[place] = .one(number)
        case .one(let other): if other != number { byPlace[place] = .several([other, number]) }
        case .several(var numbers):
            // Let go of first, so that the set is not copied.
            byPlace[place] = .one(number)
            numbers.insert(number)
            byPlace[place] = .several(numbers)
        }
    }

    private mutating func forget(_ number: Int, at place: Int) {
        switch byPlace[place] {
        case .one(number): byPlace[place] = nil
        case .several(var numbers):
            byPlace[place] = .one(number)
            numbers.remove(number)
            byPlace[place] = numbers.isEmpty ? nil : .several(numbers)
        default: break
        }
    }

    /// The readers that may have read what changed, and those of whom nobody can tell, with what they read.
    package func readers(of delta: TreeDelta) -> (touched: Set<Reader>, unsure: [Reader: Trace]) {
        var touched: Set<Int> = []
        func touch(_ place: Place, _ path: TreePath) {
            switch byPlace[place.hash(of: path)] {
            case nil: break
            case .one(let number): touched.insert(number)
            case .several(let numbers): touched.formUnion(numbers)
            }
        }
        for path in delta.paths {
            touch(.path, path)
            // A folder stands where a file does now.
            touch(.folder, path)
        }
        for folder in delta.folders {
            touch(.path, folder)
            touch(.folder, folder)
        }
        for folder in delta.listings { touch(.listing, folder) }
        var unsure: [Reader: Trace] = [:]
        for group in linked.subtracting(touched).compactMap({ groups[$0] }) {
            for reader in group.readers.members { unsure[reader] = group.reading.trace }
        }
        return (touched.reduce(into: []) { $0.formUnion(groups[$1]?.readers.members ?? []) }, unsure)
    }
}
