// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model
import Rendering

/// What units rendered to lately. The runs of a unit come together, and what one of them has found out the next need not
/// ask the disk for.
struct LateRenders: Sendable {
    /// Units.
    private static let limit = 4096

    struct Render: Sendable, Hashable {
        var digest: Digest
        var content: ContentKey
    }

    private var renders: [UnitID: (commit: CommitID, render: Render)] = [:]
    /// Counts the changes of what decides beside the trees. What was begun before one is not to be noted after it.
    private(set) var epoch = 0

    /// - Parameter epoch: when it was asked for.
    mutating func note(
        _ digest: Digest, _ content: ContentKey, of unit: UnitID, at version: Version, reading trace: Trace,
        since epoch: Int
    ) {
        // A plain folder may hold something else the next time, and so may a base that somebody moves.
        guard epoch == self.epoch, let commit = version.source, trace.remotes.isEmpty else { return }
        if renders.count >= Self.limit { renders = [:] }
        renders[unit] = (commit, Render(digest: digest, content: content))
    }

    func render(of unit: UnitID, at version: Version) -> Render? {
        guard let known = renders[unit], known.commit == version.source else { return nil }
        return known.render
    }

    /// From here on they are rendered in another way.
    mutating func change(_ units: some Sequence<UnitID>) {
        epoch += 1
        for unit in units { renders[unit] = nil }
    }

    mutating func forget() { renders = [:] }
}
