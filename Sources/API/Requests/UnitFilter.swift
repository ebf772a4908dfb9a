// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// Which units are meant. What is not said does not limit.
package struct UnitFilter: Sendable, Hashable {
    /// A unit that matches any of them is meant; none means all units.
    package var patterns: [UnitPattern]
    package var project: ProjectName?

    package init(patterns: [UnitPattern] = [], project: ProjectName? = nil) {
        self.patterns = patterns
        self.project = project
    }

    package init(_ unit: UnitID) { self.init(patterns: [UnitPattern(unit)]) }

    package static let all = UnitFilter()

    /// Whether each pattern names an application and a target, with the fleet or without: then units are looked up, and not
    /// searched for.
    package var isOfSingles: Bool {
        !patterns.isEmpty && patterns.allSatisfy { $0.application != nil && $0.target != nil }
    }

    /// The units that it names, each once and in order, where it names nothing else; `nil` otherwise.
    package var exactUnits: [UnitID]? {
        var units: Set<UnitID> = []
        for pattern in patterns {
            guard let fleet = pattern.fleet, let application = pattern.application, let target = pattern.target else {
                return nil
            }
            units.insert(UnitID(fleet: fleet, application: application, target: target))
        }
        return units.sorted()
    }

    package func includes(_ unit: UnitID, of project: ProjectName) -> Bool {
        (self.project ?? project) == project && (patterns.isEmpty || patterns.contains { $0.matches(unit) })
    }
}

/// A unit or several, as people write them: `web`, `web@prod`, `@prod`, `acme/web@prod`.
package struct UnitPattern: Sendable, Hashable {
    package var fleet: FleetName?
    package var application: ApplicationName?
    package var target: TargetName?

    package init(fleet: FleetName? = nil, application: ApplicationName? = nil, target: TargetName? = nil) {
        self.fleet = fleet
        self.application = application
        self.target = target
    }

    package init(_ unit: UnitID) {
        self.init(fleet: unit.fleet, application: unit.application, target: unit.target)
    }

    /// `nil` when the text names nothing, or something that is no name.
    package init?(parsing text: Text) {
        var rest = Array(text.utf8)[...]
        guard !rest.isEmpty else { return nil }
        if let slash = rest.firstIndex(of: UInt8(ascii: "/")) {
            guard let name = Text(utf8: rest[..<slash]).flatMap(FleetName.init) else { return nil }
            fleet = name
            rest = rest[(slash + 1)...]
        }
        if let at = rest.firstIndex(of: UInt8(ascii: "@")) {
            guard let name = Text(utf8: rest[(at + 1)...]).flatMap(TargetName.init) else { return nil }
            target = name
            rest = rest[..<at]
        }
        if !rest.isEmpty {
            guard let name = Text(utf8: rest).flatMap(ApplicationName.init) else { return nil }
            application = name
        }
    }

    package func matches(_ unit: UnitID) -> Bool {
        (fleet ?? unit.fleet) == unit.fleet && (application ?? unit.application) == unit.application
            && (target ?? unit.target) == unit.target
    }
}

extension UnitPattern: CustomStringConvertible {
    package var description: String {
        (fleet.map { "\($0)/" } ?? "") + (application.map(\.description) ?? "") + (target.map { "@\($0)" } ?? "")
    }
}

extension UnitPattern: Wire {
    package init(wire: Value) throws(WireError) {
        guard let pattern = wire.stringValue.flatMap(UnitPattern.init(parsing:)) else {
            throw .expected("a unit such as web@prod, an application such as web or a target such as @prod", in: wire)
        }
        self = pattern
    }

    package var wire: Value { .string(Text(description)) }
}

extension UnitFilter: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        self.init(patterns: try fields.list("unit"), project: try fields.optional("project"))
    }

    package var wire: Value { .fields(["unit": patterns.wireUnlessEmpty, "project": project?.wire]) }
}
