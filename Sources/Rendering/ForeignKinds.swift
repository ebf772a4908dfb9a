// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

/// Kinds by which other tools are told what to deploy. They are applied as they are, which does nothing by itself: people
/// who come from those tools are told once how the same is said here.
struct ForeignKinds {
    private var told: Set<Text> = []

    /// What to say of an object of another tool; `nil` for any other object, and for a kind that was told of.
    mutating func note(_ object: ObjectID, at origin: Text) -> Text? {
        guard let (tool, hint) = Self.meaning(object), told.insert(object.kind).inserted else { return nil }
        return "\(origin): \(object.kind)/\(object.name) is applied as it is, for \(tool) to act on; here \(hint)"
    }

    private static func meaning(_ object: ObjectID) -> (tool: Text, hint: Text)? {
        switch (object.group, object.kind) {
        case ("helm.toolkit.fluxcd.io", "HelmRelease"):
            ("Flux", "an Application with helm: {chart, repository, version, values} renders the chart")
        case ("kustomize.toolkit.fluxcd.io", "Kustomization"):
            ("Flux", "an Application whose source has that path builds what lies there")
        case ("source.toolkit.fluxcd.io", "GitRepository"), ("source.toolkit.fluxcd.io", "OCIRepository"):
            ("Flux", "a Source is declared in the fleet's platform folder")
        case ("source.toolkit.fluxcd.io", "HelmRepository"):
            ("Flux", "a project lists the repositories of charts in its spec.charts")
        case ("argoproj.io", "Application"), ("argoproj.io", "ApplicationSet"):
            ("Argo CD", "an Application of the fleet says what goes where, and its targets stand for the generators")
        case ("argoproj.io", "AppProject"): ("Argo CD", "a Project of the fleet says who may touch what")
        default: nil
        }
    }
}
