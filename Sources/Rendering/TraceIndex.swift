// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Model

/// Finds who read what a commit changes, without asking everybody: what it costs follows the change.
package struct TraceIndex<Reader: Hashable & Sendable>: Sendable {
    private var traces: [Reader: Trace] = [:]
    /// Who found something at a path, or nothing.
    private var byPath: [TreePath: Set<Reader>] = [:]
    /// Who found a folder there.
    private var byFolder: [TreePath: Set<Reader>] = [:]
    /// Who read the names in a folder.
    private var byListing: [TreePath: Set<Reader>] = [:]
    /// Those that followed links: paths do not tell what they read.
    private var linked: Set<Reader> = []

    package init() {}

    package subscript(reader: Reader) -> Trace? { traces[reader] }

    package var isEmpty: Bool { traces.isEmpty }
    package var all: Set<Reader> { Set(traces.keys) }

    /// - Parameter trace: `nil` forgets the reader.
    package mutating func set(_ trace: Trace?, for reader: Reader) {
        guard traces[reader] != trace else { return }
        if let old = traces.removeValue(forKey: reader) { note(old, of: reader) { $0.remove($1) } }
        guard let trace else { return }
        traces[reader] = trace
        note(trace, of: reader) { $0.insert($1) }
    }

    private mutating func note(_ trace: Trace, of reader: Reader, _ note: (inout Set<Reader>, Reader) -> Void) {
        func update(_ readers: inout [TreePath: Set<Reader>], at path: TreePath) {
            note(&readers[path, default: []], reader)
            if readers[path]?.isEmpty ?? false { readers[path] = nil }
        }
        for (path, finding) in trace.findings {
            if finding == .folder { update(&byFolder, at: path) } else { update(&byPath, at: path) }
        }
        for folder in trace.listings.keys { update(&byListing, at: folder) }
        if trace.followsLinks { note(&linked, reader) }
    }

    /// The readers that may have read what changed, and those of whom nobody can tell.
    package func readers(of delta: TreeDelta) -> (touched: Set<Reader>, unsure: Set<Reader>) {
        var touched: Set<Reader> = []
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
        return (touched, linked.subtracting(touched))
    }
}
