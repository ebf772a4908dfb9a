// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Model

/// Finds who read what a commit changes, without asking everybody: what it costs follows the change.
///
/// Readers that read the same are kept together: an application reads the same for each of its targets.
package struct TraceIndex<Reader: Hashable & Sendable>: Sendable {
    private struct Reading: Sendable {
        var trace: Trace
        var readers: Set<Reader> = []
    }

    private var readings: [Int: Reading] = [:]
    private var numbers: [Trace: Int] = [:]
    private var next = 0
    /// The number of what each reader read.
    private var byReader: [Reader: Int] = [:]
    /// Where something was found at a path, or nothing.
    private var byPath: [TreePath: Set<Int>] = [:]
    /// Where a folder was found there.
    private var byFolder: [TreePath: Set<Int>] = [:]
    /// Where the names in a folder were read.
    private var byListing: [TreePath: Set<Int>] = [:]
    /// What followed links: paths do not tell what was read.
    private var linked: Set<Int> = []

    package init() {}

    package subscript(reader: Reader) -> Trace? { byReader[reader].flatMap { readings[$0]?.trace } }

    package var isEmpty: Bool { byReader.isEmpty }
    package var all: Set<Reader> { Set(byReader.keys) }
    /// How many different things were read.
    package var distinct: Int { readings.count }

    /// - Parameter trace: `nil` forgets the reader.
    package mutating func set(_ trace: Trace?, for reader: Reader) {
        guard self[reader] != trace else { return }
        if let old = byReader.removeValue(forKey: reader) { leave(old, reader) }
        guard let trace else { return }
        let number = numbers[trace] ?? begin(trace)
        readings[number]?.readers.insert(reader)
        byReader[reader] = number
    }

    private mutating func begin(_ trace: Trace) -> Int {
        next += 1
        let number = next
        numbers[trace] = number
        readings[number] = Reading(trace: trace)
        note(trace) { $0.insert(number) }
        return number
    }

    private mutating func leave(_ number: Int, _ reader: Reader) {
        readings[number]?.readers.remove(reader)
        guard let reading = readings[number], reading.readers.isEmpty else { return }
        readings[number] = nil
        numbers[reading.trace] = nil
        note(reading.trace) { $0.remove(number) }
    }

    private mutating func note(_ trace: Trace, _ note: (inout Set<Int>) -> Void) {
        func update(_ known: inout [TreePath: Set<Int>], at path: TreePath) {
            note(&known[path, default: []])
            if known[path]?.isEmpty ?? false { known[path] = nil }
        }
        for (path, finding) in trace.findings {
            if finding == .folder { update(&byFolder, at: path) } else { update(&byPath, at: path) }
        }
        for folder in trace.listings.keys { update(&byListing, at: folder) }
        if trace.followsLinks { note(&linked) }
    }

    /// The readers that may have read what changed, and those of whom nobody can tell.
    package func readers(of delta: TreeDelta) -> (touched: Set<Reader>, unsure: Set<Reader>) {
        var touched: Set<Int> = []
        for path in delta.paths {
            touched.formUnion(byPath[path] ?? [])
            // A folder stands where a file does now.
            touched.formUnion(byFolder[path] ?? [])
        }
        for folder in delta.folders {
            touched.formUnion(byPath[folder] ?? [])
            touched.formUnion(byFolder[folder] ?? [])
        }
        for folder in delta.listings { touched.formUnion(byListing[folder] ?? []) }
        return (readers(of: touched), readers(of: linked.subtracting(touched)))
    }

    private func readers(of numbers: Set<Int>) -> Set<Reader> {
        numbers.reduce(into: []) { $0.formUnion(readings[$1]?.readers ?? []) }
    }
}
