// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Foundation
import Manifest
import Model

/// Which targets of a fleet this process serves: those that were named at start, or else those that name this machine,
/// a folder of it, or a cluster that this process has a connection to.
struct ServedTargets: Sendable {
    /// Where a target is, as its driver needs it.
    enum Place: Sendable, Hashable {
        /// What absolute paths begin at.
        case folder(String)
        /// A cluster, by the name of the connection.
        case cluster(Text)
    }

    let named: Set<TargetName>
    let folder: String
    let hostName: String
    private let isConnected: @Sendable (_ connection: Text) -> Bool

    /// - Parameters:
    ///   - folder: where relative roots begin.
    ///   - isConnected: whether this process has a connection of that name.
    init(
        named: [TargetName], below folder: String, hostName: String = ProcessInfo.processInfo.hostName,
        isConnected: @escaping @Sendable (_ connection: Text) -> Bool = { _ in false }
    ) {
        self.named = Set(named)
        self.folder = folder
        self.hostName = hostName
        self.isConnected = isConnected
    }

    func places(in fleet: FleetSnapshot) -> [TargetName: Place] {
        var places: [TargetName: Place] = [:]
        for target in fleet.targets.values where named.isEmpty || named.contains(target.name) {
            switch target.place {
            case .root(let path): places[target.name] = .folder(absolute(path.string))
            case .machine(let machine):
                if !named.isEmpty || machine.string == hostName { places[target.name] = .folder("/") }
            case .kubernetes(let connection):
                if !named.isEmpty || isConnected(connection) { places[target.name] = .cluster(connection) }
            }
        }
        return places
    }

    /// A path of the fleet on this machine, without the "." that people begin it with.
    func absolute(_ path: String) -> String {
        guard path.utf8.first != UInt8(ascii: "/") else { return path }
        return folder + "/" + path.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
    }
}
