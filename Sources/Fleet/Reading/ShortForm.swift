// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

/// A folder with one file and no `fleet.yaml`, for a first try: its targets are folders, and its applications may
/// touch what lies beneath them and nothing else.
enum ShortForm {
    static let name = FleetName("fleet")

    static func limits(on target: Target) throws(UnitExpansion.Refusal) -> (ProjectName, HostLimits) {
        guard case .root = target.place, let project = ProjectName("default") else {
            throw UnitExpansion.Refusal(
                field: ["spec", "targets"],
                reason: "a folder without fleet.yaml can only use targets with \"host: {root: FOLDER}\"",
                advice: "trimtab init makes a fleet whose project says what may be touched on a machine")
        }
        return (project, HostLimits(paths: ["/**"], kinds: ["File", "Directory", "Link"]))
    }

    /// What a person should know of the project that nobody wrote.
    static func notices(_ targets: some Sequence<Target>) -> [Text] {
        let roots: [Text] = targets.sorted { $0.name < $1.name }.compactMap { target in
            if case .root(let folder) = target.place { folder } else { nil }
        }
        guard !roots.isEmpty else { return [] }
        let places = roots.map(\.string).joined(separator: ", ")
        return [
            """
            There is no fleet.yaml, so an implicit project "default" is used: it may make files, directories and \
            links beneath \(Text(places)), and nothing else.
            """
        ]
    }
}
