// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// The kinds of `trimtab.dev/v1alpha1`.
package enum FleetKind: String, Sendable, Hashable, CaseIterable {
    case fleet = "Fleet"
    case target = "Target"
    case source = "Source"
    case project = "Project"
    case application = "Application"
    case secretStore = "SecretStore"
    case role = "Role"
    case roleBinding = "RoleBinding"
    case notification = "Notification"

    package static let apiVersion: Text = "trimtab.dev/v1alpha1"

    /// Whether a project's own folder may declare it.
    package var isForProjects: Bool {
        switch self {
        case .application, .secretStore, .notification: true
        case .fleet, .target, .source, .project, .role, .roleBinding: false
        }
    }

    package var word: Text { Text(rawValue) }

    /// One sentence for people.
    package var summary: String {
        switch self {
        case .fleet: "What the fleet is called, and which of its folders are read; in fleet.yaml at the root."
        case .target: "One place that applications are sent to."
        case .source: "A repository that applications come from."
        case .project: "Who may touch what: the sources and limits of a group of applications."
        case .application: "What should run, where, and how it gets there."
        case .secretStore: "A place outside of Git that secrets are read from, and which project may read what of it."
        case .role: "What those may do with units who are bound to it."
        case .roleBinding: "Who has a role, and where."
        case .notification: "Who is told what: by chat, by webhook, by Alertmanager, or at a commit."
        }
    }
}

/// One declaration of a fleet, by kind and name: `Application/web`.
package struct DeclarationID: Sendable, Hashable, Comparable, CustomStringConvertible {
    package var kind: FleetKind
    package var name: Text

    package init(_ kind: FleetKind, _ name: Text) {
        self.kind = kind
        self.name = name
    }

    package var description: String { "\(kind.rawValue)/\(name)" }

    package static func < (left: DeclarationID, right: DeclarationID) -> Bool {
        (left.kind.word, left.name) < (right.kind.word, right.name)
    }
}
