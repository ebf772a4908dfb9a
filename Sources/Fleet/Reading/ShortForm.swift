// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

/// A folder with one file and no `fleet.yaml`, for a first try: its targets are folders or clusters, and its
/// applications may touch what lies beneath a folder, or in the one namespace that they name, and nothing else.
enum ShortForm {
    static let name = FleetName("fleet")

    /// As whom the applications of a namespace act: a service account of that name in it.
    static let account: Text = "trimtab"

    static func limits(
        of application: Application, on target: Target
    ) throws(UnitExpansion.Refusal) -> (ProjectName, Grant) {
        guard let project = ProjectName("default") else {
            throw UnitExpansion.Refusal(field: ["spec"], reason: "there is no project")
        }
        switch target.place {
        case .root: return (project, .host(HostLimits(paths: ["/**"], kinds: ["File", "Directory", "Link"])))
        case .machine:
            throw UnitExpansion.Refusal(
                field: ["spec", "targets"],
                reason: "a folder without fleet.yaml can only use clusters and targets with \"host: {root: FOLDER}\"",
                advice: "trimtab init makes a fleet whose project says what may be touched on a machine")
        case .kubernetes:
            guard let namespace = application.namespace else {
                throw UnitExpansion.Refusal(
                    field: ["spec"], reason: "without fleet.yaml an application names the namespace that it may touch",
                    advice: "add namespace to its spec")
            }
            let identity = KubernetesLimits.Identity.serviceAccount("\(namespace)/\(account)")
            return (project, .kubernetes(KubernetesLimits(namespaces: [namespace], identity: identity)))
        }
    }

    /// What a person should know of the project that nobody wrote.
    static func notices(_ targets: some Sequence<Target>) -> [Text] {
        let clusters = targets.filter { !$0.place.isHost }.map(\.name).sorted()
        let cluster: [Text] = clusters.map { name in
            """
            There is no fleet.yaml, so an implicit project "default" is used: on \(name) it may touch the namespace \
            that an application names, as the service account "\(account)" of that namespace, and nothing else.
            """
        }
        return folderNotices(targets) + cluster
    }

    private static func folderNotices(_ targets: some Sequence<Target>) -> [Text] {
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
