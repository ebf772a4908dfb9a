// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// What a unit's content comes from. Charts and secrets join with the issues that bring them.
package struct Version: Sendable, Hashable {
    /// The commit of the fleet repository; `nil` when the fleet is a plain folder.
    package var fleet: CommitID?
    /// The commit of the application's source; `nil` when the source is a plain folder.
    package var source: CommitID?

    package init(fleet: CommitID?, source: CommitID?) {
        self.fleet = fleet
        self.source = source
    }
}

extension Version: CustomStringConvertible {
    /// The source's commit, shortened; people mean it when they say "version".
    package var description: String { source?.short ?? fleet?.short ?? "folder" }
}
