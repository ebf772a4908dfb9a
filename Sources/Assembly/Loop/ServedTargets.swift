// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Foundation
import Manifest
import Model

/// Which targets of a fleet this process serves: those that were named at start, or else those that name this machine
/// or a folder of it.
struct ServedTargets: Sendable {
    let named: Set<TargetName>
    let folder: String
    let hostName: String

    /// - Parameter folder: where relative roots begin.
    init(named: [TargetName], below folder: String, hostName: String = ProcessInfo.processInfo.hostName) {
        self.named = Set(named)
        self.folder = folder
        self.hostName = hostName
    }

    /// Each with the folder that it begins at.
    func roots(in fleet: FleetSnapshot) -> [TargetName: String] {
        var roots: [TargetName: String] = [:]
        for target in fleet.targets.values where named.isEmpty || named.contains(target.name) {
            switch target.place {
            case .root(let path): roots[target.name] = absolute(path.string)
            case .machine(let machine):
                if !named.isEmpty || machine.string == hostName { roots[target.name] = "/" }
            case .kubernetes: continue
            }
        }
        return roots
    }

    /// A path of the fleet on this machine, without the "." that people begin it with.
    func absolute(_ path: String) -> String {
        guard path.utf8.first != UInt8(ascii: "/") else { return path }
        return folder + "/" + path.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
    }
}
