// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// Whoever installs packages on a machine: apt and dpkg, or a twin in memory. Calls block.
protocol PackageManager: Sendable {
    /// Every package that is known to be there in part or whole, by name. Changes nothing.
    func packages() throws(HostFault) -> [Text: PackageState]

    /// Installs and removes together. What a killed run left half done is finished first.
    func perform(_ acts: [PackageAct]) throws(HostFault)

    /// Whether some process is at work on the machine's packages just now. Quick.
    var isBusy: Bool { get }

    /// Finishes what a killed run left half done, if any.
    func finishInterrupted() throws(HostFault)

    /// Who changed a package last, and how, if it was not us; `nil` when that is not known.
    func whoChanged(_ package: Text) -> Text?
}

extension PackageManager {
    func whoChanged(_ package: Text) -> Text? { nil }
}

struct PackageState: Sendable, Hashable {
    var version: Text
    /// Unpacked and set up; otherwise a run was interrupted or failed.
    var isComplete: Bool
}

enum PackageAct: Sendable, Hashable {
    /// With a version: exactly that one, also when it is older.
    case install(Text, version: Text?)
    case remove(Text)

    var name: Text {
        switch self {
        case .install(let name, _): name
        case .remove(let name): name
        }
    }
}

/// Decides what to do to a package. Pure.
struct PackageDecision: Sendable, Hashable {
    var act: PackageAct?
    var fields: [FieldDifference] = []

    /// - Parameter live: `nil` when it is not there.
    static func plan(_ name: Text, _ spec: PackageSpec, _ live: PackageState?) -> PackageDecision {
        switch (spec.state, live) {
        case (.absent, nil): return PackageDecision()
        case (.absent, .some):
            return PackageDecision(act: .remove(name), fields: [.spec("state", "present", "absent")])
        case (.present, nil):
            return PackageDecision(
                act: .install(name, version: spec.version), fields: [.spec("state", "absent", "present")])
        case (.present, .some(let live)):
            var fields: [FieldDifference] = []
            if !live.isComplete { fields.append(.spec("state", "half installed", "present")) }
            if let version = spec.version, version != live.version {
                fields.append(.spec("version", .string(live.version), .string(version)))
            }
            return PackageDecision(
                act: fields.isEmpty ? nil : .install(name, version: spec.version), fields: fields)
        }
    }
}
