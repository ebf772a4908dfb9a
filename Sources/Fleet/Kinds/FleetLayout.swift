// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
package import Model

/// The kind Fleet: what the fleet is called, and which of its folders are read.
package struct FleetLayout: Sendable, Hashable {
    package var name: FleetName
    /// May declare any kind.
    package var platform: TreePath
    /// Holds one folder for each project; `nil` when there are none.
    package var projects: TreePath?
    package var plainSecrets: PlainSecretPolicy

    package static let shape = Envelope.shape(.fleet, spec: spec) { name, _, folders in
        FleetLayout(
            name: name, platform: folders.platform, projects: folders.projects, plainSecrets: folders.plainSecrets)
    }

    private struct Folders: Sendable {
        var platform: TreePath
        var projects: TreePath?
        var plainSecrets: PlainSecretPolicy
    }

    private static let spec = Shape<Folders>.object(
        Field.required("platform", .folder, "The folder that may declare any kind."),
        Field.optional("projects", .folder, "The folder whose subfolders belong to the projects of their names."),
        Field.optional(
            "plainSecrets", Shape<PlainSecretPolicy>.choice(), default: .deny,
            "What `trimtab validate` does about keys and passwords that lie plain in the repository: deny by default.")
    ) { Folders(platform: $0, projects: $1, plainSecrets: $2) }
    .checked { folders in
        guard let projects = folders.projects else { return nil }
        return projects.isWithin(folders.platform) || folders.platform.isWithin(projects)
            ? "has one folder inside the other; platform and projects must lie apart" : nil
    }
}

/// What becomes of secrets that lie in the repository for all to read.
package enum PlainSecretPolicy: String, Sendable, Hashable, CaseIterable {
    /// Each is a problem.
    case deny
    /// Each is told.
    case warn
}

extension Shape where Output == TreePath {
    fileprivate static var folder: Shape {
        treePath.checked { $0.isRoot ? "must name a folder, not the whole repository" : nil }
            .described(
                as: "a folder of the repository, relative and without \"..\"",
                pattern: #"^(?!/)(?!(\./+)*\.?$)(?!(.*/)?\.\.(/|$))\#(StringRule.character)+$"#)
    }
}
