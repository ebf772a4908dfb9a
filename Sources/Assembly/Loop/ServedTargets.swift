// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
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

    /// Why no target of a fleet is served here; `nil` where one is, or where there is none.
    func idleness(in fleet: FleetSnapshot) -> Problem? {
        guard !fleet.targets.isEmpty, places(in: fleet).isEmpty else { return nil }
        let declared = fleet.targets.values.sorted { $0.name < $1.name }.prefix(10)
            .map { "\($0.name) (\(words($0.place)))" }.joined(separator: ", ")
        let more = fleet.targets.count > 10 ? ", and \(fleet.targets.count - 10) more" : ""
        guard named.isEmpty else {
            let names = named.sorted().map(\.text.string).joined(separator: ", ")
            return Problem(
                reason: Text("the fleet has no target \(names), so nothing is served here"),
                advice: Text("it has \(declared)\(more)"))
        }
        return Problem(
            reason: Text(
                "no target of the fleet is this machine, \(hostName), or a cluster with a connection here, so nothing is served"
            ),
            advice: Text("it has \(declared)\(more); --target takes one of them for this machine"))
    }

    private func words(_ place: Target.Place) -> String {
        switch place {
        case .machine(let machine): "machine \(machine)"
        case .root(let path): "folder \(path)"
        case .kubernetes(let connection):
            isConnected(connection) ? "cluster \(connection)" : "cluster \(connection), to which there is no connection"
        }
    }

    /// A path of the fleet on this machine, without the "." that people begin it with.
    func absolute(_ path: String) -> String {
        guard path.utf8.first != UInt8(ascii: "/") else { return path }
        return folder + "/" + path.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
    }
}
