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

    /// It lies in one place, however many keep it: what a file says, what is checked, and what units were made of.
    private struct Said: Sendable, Hashable {
        var name: ApplicationName
        var labels: Labels
        var project: ProjectName?
        var content: Content
        var written: Written
        var targets: Selector?
        var namespace: Text?
        var dependsOn: [Dependency]
        var overrides: [Override]
        var driftRules: DriftRules
        var rollout: [Stage]
        var policy: SyncPolicy
    }

    @Apart private var said: Said

    package var name: ApplicationName {
        get { said.name }
        set { said.name = newValue }
    }
    package var labels: Labels {
        get { said.labels }
        set { said.labels = newValue }
    }
    /// As declared, or by the folder that it lies in; always there in a snapshot.
    package var project: ProjectName? {
        get { said.project }
        set { said.project = newValue }
    }
    package var content: Content {
        get { said.content }
        set { said.content = newValue }
    }
    /// `source` as it was written.
    package var written: Written {
        get { said.written }
        set { said.written = newValue }
    }
    /// `nil` only in the short form.
    package var targets: Selector? {
        get { said.targets }
        set { said.targets = newValue }
    }
    package var namespace: Text? {
        get { said.namespace }
        set { said.namespace = newValue }
    }
    package var dependsOn: [Dependency] {
        get { said.dependsOn }
        set { said.dependsOn = newValue }
    }
    /// In order; later ones win.
    package var overrides: [Override] {
        get { said.overrides }
        set { said.overrides = newValue }
    }
    package var driftRules: DriftRules {
        get { said.driftRules }
        set { said.driftRules = newValue }
    }
    package var rollout: [Stage] {
        get { said.rollout }
        set { said.rollout = newValue }
    }
    package var policy: SyncPolicy {
        get { said.policy }
        set { said.policy = newValue }
    }

    package init(
        name: ApplicationName, labels: Labels, project: ProjectName?, content: Content, written: Written,
        targets: Selector?, namespace: Text?, dependsOn: [Dependency], overrides: [Override], driftRules: DriftRules,
        rollout: [Stage], policy: SyncPolicy
    ) {
        said = Said(
            name: name, labels: labels, project: project, content: content, written: written, targets: targets,
            namespace: namespace, dependsOn: dependsOn, overrides: overrides, driftRules: driftRules, rollout: rollout,
            policy: policy)
    }
}
