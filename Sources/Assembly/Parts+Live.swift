// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
package import Commands
import Engine
import Fleet
import Foundation
import GitSource
import Glibc
import Logging
import Manifest
import Model
import Server
import SystemPackage

extension Parts {
    /// The real ones.
    package static let live = Parts(
        withEngine: { request, body in
            let instance = try await Instance.open(
                state: request.state.string, fleet: request.fleet?.string, serving: request.targets, daemon: nil)
            do {
                try await body(instance.operations)
                try await instance.close()
            } catch {
                try? await instance.close()
                throw error
            }
        },
        runDaemon: { try await Daemon.run($0) },
        validate: { folder throws(APIError) in try await check(folder) },
        schema: { _ in nil },
        exportJournal: { _, _ in throw APIError(.failed, "exports are not part of this version") },
        verifyExport: { _, _ in throw APIError(.failed, "exports are not part of this version") })

    private static func check(_ folder: Text) async throws(APIError) -> FleetCheck {
        do {
            let fleet = try await FleetReader.read(try FolderTree(FilePath(folder.string)))
            return FleetCheck(
                fleet: fleet.name, problems: fleet.problems.map { Problem($0.error) }, notices: fleet.notices,
                units: fleet.units().map(\.unit))
        } catch {
            throw APIError(.failed, "\(folder): \(error)")
        }
    }
}

/// The engine as a service: watches targets, looks for commits, answers on the socket.
private enum Daemon {
    static func run(_ request: DaemonRequest) async throws {
        let started = EngineInfo.Daemon(process: Int(getpid()), since: Clocks.system.wall())
        let instance = try await Instance.open(
            state: request.engine.state.string, fleet: request.engine.fleet?.string, serving: request.engine.targets,
            daemon: started)
        let site = APIServer.Site(
            operations: instance.operations, metrics: { "" }, reasonsNotReady: { [] })
        let server = APIServer(
            socket: "\(request.engine.state)/trimtab.sock", serving: site, log: Logger(label: "trimtab"))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await instance.engine.run() }
            group.addTask { await instance.fleet.run(every: .seconds(2)) }
            group.addTask { try await server.run() }
            try await group.next()
            group.cancelAll()
        }
        try await instance.close()
    }
}
