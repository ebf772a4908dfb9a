// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// The kind Application: what should run, where, and how it gets there.
package struct Application: Sendable, Hashable {
    /// Where the content comes from.
    package struct Content: Sendable, Hashable {
        /// The fleet repository itself when absent or `fleet`.
        package var source: Text?
        package var follow: Follow?
        /// Its path is always there.
        package var rendering: RenderSettings

        package var path: TreePath { rendering.path ?? .root }
    }

    /// What is followed in a repository.
    package enum Follow: Sendable, Hashable {
        case branch(Text)
        case tag(Text)
        case commit(CommitID)
    }

    /// Another application that must be there first.
    package struct Dependency: Sendable, Hashable {
        package var application: ApplicationName
        /// `nil`: on the same target.
        package var on: Selector?
    }

    /// What differs on some targets.
    package struct Override: Sendable, Hashable {
        /// `nil`: everywhere.
        package var on: Selector?
        package var rendering: RenderSettings
        package var written: Written
    }

    /// One step of a rollout over targets.
    package struct Stage: Sendable, Hashable {
        package var name: Text
        package var on: Selector?
        package var soak: Duration?
        /// Who may approve; empty when nobody has to.
        package var approvers: [Text]
    }

    package var name: ApplicationName
    package var labels: Labels
    /// As declared, or by the folder that it lies in; always there in a snapshot.
    package var project: ProjectName?
    package var content: Content
    /// `source` as it was written.
    package var written: Written
    /// `nil` only in the short form.
    package var targets: Selector?
    package var namespace: Text?
    package var dependsOn: [Dependency]
    /// In order; later ones win.
    package var overrides: [Override]
    package var driftRules: DriftRules
    package var rollout: [Stage]
    package var policy: SyncPolicy
}
