// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import GitSource
import Model
import Rendering

/// What a fleet's files said when they were last read, and what reading them read: so that a commit costs what it
/// changes of them.
struct FleetFiles: Sendable {
    /// `nil` while that is not known.
    private var trace: Trace?
    private var memory = FleetMemory()

    /// How many were read since the beginning, those that were read again included.
    var count: Int { memory.filesRead }

    /// The files that a commit changes of those that were read; `nil` when more may have changed. Where there are none,
    /// the fleet says what it said.
    func changes(of fleet: Repository, from old: CommitID?, to new: CommitID?) async -> Set<TreePath>? {
        guard let new, let old, let trace, let delta = try? await fleet.delta(from: old, to: new) else { return nil }
        return trace.contents(changedBy: delta)
    }

    /// Reads what a commit has. When that fails, everything stays as it is: trace and memory belong together.
    ///
    /// - Parameters:
    ///   - commit: `nil` for a folder without commits, which may have changed at any time.
    ///   - changed: all that has changed since the files were read; `nil` when nobody knows.
    func reading(
        _ fleet: Repository, at commit: CommitID?, _ changed: Set<TreePath>?, incumbents: Incumbents
    ) async throws -> (snapshot: FleetSnapshot, files: FleetFiles) {
        let tree = try await fleet.tree(of: commit).reader
        guard commit != nil else { return (try await FleetReader.read(tree, incumbents: incumbents), self) }
        let tracing = TracingTreeReader(tree)
        var files = self
        if let changed, let trace,
            let again = try await FleetReader.reread(
                changed, of: tracing, incumbents: incumbents, remembering: &files.memory)
        {
            files.trace = trace.merging(tracing.trace)
            return (again, files)
        }
        let read = try await FleetReader.read(tracing, incumbents: incumbents, remembering: &files.memory)
        files.trace = read.name == nil ? nil : tracing.trace
        return (read, files)
    }
}
