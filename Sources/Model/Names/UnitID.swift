// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// One application on one target: what is planned, approved, applied, healed, rolled back.
///
/// It is held in many tables, by the ten thousand: so it is one reference, and its hash is worked out once.
package struct UnitID: Sendable {
    private final class Names: Sendable {
        let fleet: FleetName
        let application: ApplicationName
        let target: TargetName
        let hash: Int

        init(_ fleet: FleetName, _ application: ApplicationName, _ target: TargetName) {
            self.fleet = fleet
            self.application = application
            self.target = target
            var hasher = Hasher()
            hasher.combine(fleet)
            hasher.combine(application)
            hasher.combine(target)
            hash = hasher.finalize()
        }
    }

    private let names: Names

    package init(fleet: FleetName, application: ApplicationName, target: TargetName) {
        names = Names(fleet, application, target)
    }

    package var fleet: FleetName { names.fleet }
    package var application: ApplicationName { names.application }
    package var target: TargetName { names.target }
}

extension UnitID: Hashable {
    package static func == (left: UnitID, right: UnitID) -> Bool {
        left.names === right.names
            || left.names.hash == right.names.hash && left.application == right.application
                && left.target == right.target && left.fleet == right.fleet
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(names.hash) }
}

extension UnitID: Comparable {
    package static func < (left: UnitID, right: UnitID) -> Bool {
        guard left.names !== right.names else { return false }
        return (left.fleet, left.application, left.target) < (right.fleet, right.application, right.target)
    }
}

extension UnitID: CustomStringConvertible {
    /// `acme/web@prod`, also the value of the claim `trimtab.dev/unit`.
    package var description: String { "\(fleet)/\(application)@\(target)" }

    /// Reads what ``description`` writes.
    package init?(parsing text: Text) {
        let bytes = Array(text.utf8)
        guard let slash = bytes.firstIndex(of: UInt8(ascii: "/")), let at = bytes.lastIndex(of: UInt8(ascii: "@")),
            slash < at,
            let fleet = Text(utf8: bytes[..<slash]).flatMap(FleetName.init),
            let application = Text(utf8: bytes[(slash + 1)..<at]).flatMap(ApplicationName.init),
            let target = Text(utf8: bytes[(at + 1)...]).flatMap(TargetName.init)
        else { return nil }
        self.init(fleet: fleet, application: application, target: target)
    }
}
