// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// One application on one target: what is planned, approved, applied, healed, rolled back.
package struct UnitID: Sendable, Hashable, Comparable {
    package var fleet: FleetName
    package var application: ApplicationName
    package var target: TargetName

    package init(fleet: FleetName, application: ApplicationName, target: TargetName) {
        self.fleet = fleet
        self.application = application
        self.target = target
    }

    package static func < (left: UnitID, right: UnitID) -> Bool {
        (left.fleet, left.application, left.target) < (right.fleet, right.application, right.target)
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
