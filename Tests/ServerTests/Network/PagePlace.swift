// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Web

/// The places that pages have, each with ways to ask for it. A new one in ``PageRoute`` does not compile until it is
/// here, and so is looked at by all that goes through these.
enum PagePlace: CaseIterable {
    case overview, drift, approvals, activity, export, verification, targets, sources, projects, secrets, access
    case unit, tree, act
    case refresh, live, asset

    init(_ route: PageRoute) {
        switch route {
        case .overview: self = .overview
        case .drift: self = .drift
        case .approvals: self = .approvals
        case .activity: self = .activity
        case .export: self = .export
        case .verification: self = .verification
        case .targets: self = .targets
        case .sources: self = .sources
        case .projects: self = .projects
        case .secrets: self = .secrets
        case .access: self = .access
        case .unit: self = .unit
        case .tree: self = .tree
        case .act: self = .act
        case .refresh: self = .refresh
        case .live: self = .live
        case .asset: self = .asset
        }
    }

    /// Of an address as it stands in a link.
    init?(link: String) {
        guard let route = PageRoute(path: Text(String(link.prefix { $0 != "?" && $0 != "#" }))) else { return nil }
        self.init(route)
    }

    /// Ways to ask for it, of a unit (`acme/web/prod`) where it is of one.
    func links(_ unit: String) -> [String] {
        switch self {
        case .overview:
            ["/", "/?view=units", "/?view=applications", "/?q=ledger", "/?application=ledger", "/?label=a%3Db"]
        case .drift: ["/drift"]
        case .approvals: ["/approvals"]
        case .activity: ["/activity"]
        case .export: ["/activity/export"]
        case .verification: ["/activity/verification"]
        case .targets: ["/targets"]
        case .sources: ["/sources"]
        case .projects: ["/projects"]
        case .secrets: ["/secrets"]
        case .access: ["/access"]
        case .unit: ["/units/\(unit)", "/units/\(unit)?owners=true"]
        case .tree: ["/units/\(unit)/tree"]
        case .act: UnitAct.allCases.map { "/units/\(unit)/\($0.rawValue)" }
        case .refresh: ["/sources/refresh"]
        case .live: ["/live", "/live?unit=\(unit)"]
        case .asset: Asset.all.map(\.link.text.string)
        }
    }

    /// Whether it is there for everybody: how pages look is no secret.
    var isOpen: Bool { self == .asset }
    /// Whether it is about one unit.
    var isOfUnit: Bool { [.unit, .tree, .act].contains(self) }
    /// Whether it is something to look at, about the fleet as a whole.
    var isOfFleet: Bool { !isOpen && !isOfUnit && ![.refresh, .live].contains(self) }
}
