// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
package import Model
import Synchronization

/// Reads a tree and remembers what was looked at: what a render depends on, also what it looked for and did not find.
package final class TracingTreeReader: TreeReader {
    private struct Seen {
        var trace = Trace()
        var kinds: [TreePath: TreeEntry.Kind?] = [:]
    }

    private let tree: any TreeReader
    private let seen = Mutex(Seen())

    package init(_ tree: any TreeReader) { self.tree = tree }

    /// What was read so far. That a name was not found in a folder whose names were listed is said once.
    package var trace: Trace {
        var trace = seen.withLock { $0.trace }
        trace.findings = trace.findings.filter { path, finding in
            finding != .nothing || path.parent.map { trace.listings[$0] == nil } ?? true
        }
        return trace
    }

    package func kind(at path: TreePath) async throws(TreeError) -> TreeEntry.Kind? { try await look(at: path) }

    package func entry(at path: TreePath) async throws(TreeError) -> TreeEntry? {
        _ = try await look(at: path)
        return try await tree.entry(at: path)
    }

    package func children(of path: TreePath) async throws(TreeError) -> [TreeEntry] {
        if try await look(at: path) == .link { noteLink() }
        let children = try await tree.children(of: path)
        seen.withLock { $0.trace.listings[path] = Trace.digest(of: children) }
        return children
    }

    package func read(_ path: TreePath, limit: Int) async throws(TreeError) -> [UInt8] {
        if try await look(at: path) == .link { _ = try await blob(at: path) }
        return try await tree.read(path, limit: limit)
    }

    package func blob(at path: TreePath) async throws(TreeError) -> BlobReference {
        guard try await look(at: path) == .link else { return try await tree.blob(at: path) }
        noteLink()
        let blob = try await tree.blob(at: path)
        // A link's own identity says nothing of what it leads to.
        seen.withLock { $0.trace.targets[path] = blob.id }
        return blob
    }

    /// Looks at each step of the way, once: whatever stands there may come to lead elsewhere.
    private func look(at path: TreePath) async throws(TreeError) -> TreeEntry.Kind? {
        guard let parent = path.parent else { return .folder }
        if let known = seen.withLock({ $0.kinds[path] }) { return known }
        switch try await look(at: parent) {
        case .link: noteLink()
        case .folder: break
        case nil, .file, .submodule:
            // Its own kind says all about what is below.
            seen.withLock { $0.trace.findings[path] = .nothing }
            return remember(nil, at: path)
        }
        let kind = try await tree.kind(at: path)
        let finding: Trace.Finding =
            switch kind {
            case nil: .nothing
            case .folder: .folder
            case .file, .link, .submodule: Trace.Finding(try await tree.entry(at: path))
            }
        seen.withLock { $0.trace.findings[path] = finding }
        return remember(kind, at: path)
    }

    private func remember(_ kind: TreeEntry.Kind?, at path: TreePath) -> TreeEntry.Kind? {
        seen.withLock { $0.kinds[path] = .some(kind) }
        return kind
    }

    private func noteLink() { seen.withLock { $0.trace.followsLinks = true } }
}
