// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import API
import Manifest
package import Model

/// The commits that changed a unit for people, newest first.
package struct CommitReport {
    package var commits: [UnitCommit]
    package var now: Time

    package init(_ commits: [UnitCommit], now: Time) {
        self.commits = commits
        self.now = now
    }

    package func lines(width: Int?) -> [Line] {
        guard !commits.isEmpty else { return ["No commit changed it."] }
        var table = Table([.init(""), .init("COMMIT"), .init("WHEN"), .init("BY"), .init("SUBJECT")])
        for commit in commits {
            table.append([
                commit.isCurrent ? Line("*", .green) : Line(), Line(commit.commit.short),
                Line(Relative.time(commit.time, now: now)), Line(commit.author.string), Line(commit.subject.string),
            ])
        }
        let legend = commits.contains(where: \.isCurrent) ? [Line("* applied now", .faint)] : []
        return table.lines(width: width) + legend
    }
}
