// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
package import Commands
import Fleet
import Foundation
import HostTarget
import Journal
import Manifest
import Model
import Rendering

extension Parts {
    /// The real ones.
    package static let live: Parts = {
        var parts = engine
        parts.renderFolder = { request throws(APIError) in try await FolderRendering.build(request) }
        parts.withTokens = { state, body in try await body(FolderTokens(state: state.string, clocks: .system)) }
        return parts
    }()

    private static let engine = Parts(
        withEngine: { request, body in
            let instance = try await Instance.open(
                state: request.state.string, fleet: request.fleet?.string, trust: request.trust?.string,
                serving: request.targets, daemon: nil)
            do {
                try await body(instance.operations)
                try await instance.close()
            } catch {
                try? await instance.close()
                throw error
            }
        },
        runDaemon: { try await Daemon.run($0) },
        validate: { request throws(APIError) in try await FleetCheck.run(request) },
        kinds: { FleetKind.schemas + [SecretMapping.schema] + HostKind.allCases.map(\.schema) },
        withJournal: { state, body in try await body(FolderJournal(state: state.string, clocks: .system)) },
        exportJournal: { state, write in
            try await FolderJournal(state: state.string, clocks: .system).export(write)
        },
        verifyJournal: { place, checkpoints in try await verify(place, against: checkpoints) }, secrets: .live)

    private static func verify(
        _ place: JournalPlace, against views: [CheckpointView]
    ) async throws(APIError) -> Verification {
        switch place {
        case .state(let state):
            return try await FolderJournal(state: state.string, clocks: .system).verify(against: views)
        case .export(let file):
            let checkpoints = try views.map { view throws(APIError) in try Checkpoint(view) }
            return try await Verification.of { () throws(JournalError) in
                try await Audit.verify(export: file.string, against: checkpoints)
            }
        }
    }
}
