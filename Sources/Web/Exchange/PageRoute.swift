// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import API
package import Manifest
package import Model

/// The places that pages have.
package enum PageRoute: Sendable, Hashable {
    case overview, drift, approvals, activity, export, verification, targets, sources, projects, secrets, access
    case unit(UnitID)
    case tree(UnitID)
    case act(UnitAct, UnitID)
    case refresh
    case live
    case asset(Text)

    /// `nil` for a path that is no page's.
    package init?(path: Text) {
        let parts = Array(path.utf8).split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).dropFirst()
        let segments = parts.compactMap { PercentEncoding.decode($0).flatMap { Text(utf8: $0) } }
        guard segments.count == parts.count, path.utf8.first == UInt8(ascii: "/") else { return nil }
        switch segments.map(\.string) {
        case [""]: self = .overview
        case ["drift"]: self = .drift
        case ["approvals"]: self = .approvals
        case ["activity"]: self = .activity
        case ["activity", "export"]: self = .export
        case ["activity", "verification"]: self = .verification
        case ["targets"]: self = .targets
        case ["sources"]: self = .sources
        case ["sources", "refresh"]: self = .refresh
        case ["projects"]: self = .projects
        case ["secrets"]: self = .secrets
        case ["access"]: self = .access
        case ["live"]: self = .live
        case let path where path.count == 2 && path[0] == "assets": self = .asset(segments[1])
        case let path where path.first == "units": self.init(unit: segments)
        default: return nil
        }
    }

    private init?(unit segments: [Text]) {
        guard (4...5).contains(segments.count), let fleet = FleetName(segments[1]),
            let application = ApplicationName(segments[2]), let target = TargetName(segments[3])
        else { return nil }
        let unit = UnitID(fleet: fleet, application: application, target: target)
        if segments.count == 4 {
            self = .unit(unit)
        } else if segments[4] == "tree" {
            self = .tree(unit)
        } else {
            guard let act = UnitAct(rawValue: segments[4].string) else { return nil }
            self = .act(act, unit)
        }
    }

    /// What a page is about that is about one unit.
    var unit: UnitID? {
        switch self {
        case .unit(let unit), .tree(let unit), .act(_, let unit): unit
        default: nil
        }
    }

    package func takes(_ method: RouteMethod) -> Bool {
        switch self {
        case .refresh: method == .post
        case .act: true
        default: method == .get
        }
    }
}
