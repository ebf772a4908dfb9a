// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import API
package import Manifest
package import Model

/// What is to be checked of a fleet.
package struct FleetCheckRequest: Sendable, Hashable {
    /// The folder that holds `fleet.yaml`, absolute.
    package var folder: Text
    /// Whether every application is rendered for every target, from whatever source.
    package var isRendering: Bool
    /// Where mirrors of sources are kept; a scratch folder when `nil`.
    package var state: Text?
    /// A file that says whom to trust, absolute.
    package var trust: Text?
    /// The version of Kubernetes that retired APIs are told for; `nil` when it is not known.
    package var kubeVersion: Text?

    package init(
        folder: Text, isRendering: Bool = false, state: Text? = nil, trust: Text? = nil, kubeVersion: Text? = nil
    ) {
        self.folder = folder
        self.isRendering = isRendering
        self.state = state
        self.trust = trust
        self.kubeVersion = kubeVersion
    }
}

/// What checking a fleet found.
package struct FleetCheck: Sendable, Hashable {
    /// What a check looks for, by the name that programs know it by.
    package enum Rule: String, Sendable, Hashable, CaseIterable {
        case fleet
        case render
        case source
        case object
        case projectLimits = "project-limits"
        case duplicateObject = "duplicate-object"
        case retiredAPI = "retired-api"
        case missingNamespace = "missing-namespace"
        case plainSecret = "plain-secret"

        /// One sentence.
        package var summary: String {
            switch self {
            case .fleet: "The fleet's own files can be read, and refer to what is there."
            case .render: "Every application renders, for every target."
            case .source: "Every source can be reached and is accepted."
            case .object: "Every object is one that its target knows."
            case .projectLimits: "No object oversteps what its project may touch."
            case .duplicateObject: "No two units declare one object."
            case .retiredAPI: "No object uses a version of an API that Kubernetes has retired or will retire."
            case .missingNamespace: "Every namespace that objects lie in is declared by somebody."
            case .plainSecret: "No secret stands in Git for all to read."
            }
        }
    }

    package enum Level: String, Sendable, Hashable {
        case error, warning
    }

    package struct Finding: Sendable, Hashable {
        package var rule: Rule
        package var level: Level
        package var problem: Problem
        /// Whom it concerns.
        package var units: [UnitID]
        /// The column of the problem in characters (Unicode's code points), where it is known; the problem's own counts
        /// bytes, as compilers do.
        package var characterColumn: Int?

        package init(
            _ rule: Rule, _ problem: Problem, level: Level = .error, units: [UnitID] = [], characterColumn: Int? = nil
        ) {
            self.rule = rule
            self.level = level
            self.problem = problem
            self.units = units
            self.characterColumn = characterColumn
        }
    }

    package var fleet: FleetName?
    package var findings: [Finding]
    package var notices: [Text]
    /// The units that the fleet makes, as far as it can be read.
    package var units: [UnitID]

    package init(fleet: FleetName?, findings: [Finding], notices: [Text] = [], units: [UnitID] = []) {
        self.fleet = fleet
        self.findings = findings
        self.notices = notices
        self.units = units
    }

    /// What must be put right.
    package var problems: [Problem] { findings.filter { $0.level == .error }.map(\.problem) }
    package var warnings: [Problem] { findings.filter { $0.level == .warning }.map(\.problem) }
}
