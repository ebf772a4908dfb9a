// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Logging
import Server
import ServiceLifecycle

/// Ends after the acts in flight, whose outcomes are recorded: a shutdown closes the mailbox and cancels nothing.
///
/// Services end one after the other, the last of them first. One that ends before its turn is taken for broken, and the
/// others with it: so this one waits for its own.
struct EngineService: Service {
    let engine: Engine

    func run() async throws {
        await engine.run()
        try? await gracefulShutdown()
    }
}

/// The last of the services, and so the first to hear that all of them end: the engine begins nothing more while the
/// others come to their end, of whom one may take long.
struct EngineGate: Service {
    let engine: Engine

    func run() async throws {
        try? await gracefulShutdown()
        engine.mailbox.close()
    }
}

/// Looks for commits. A look is only a look, so it is cancelled.
struct FleetService: Service {
    let fleet: FleetDesk
    let log: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await fleet.run { log.warning("\($0)") } }
                // A cluster that does not answer must not keep commits from being seen.
                group.addTask { await fleet.watchCapabilities() }
                group.addTask { await fleet.lookout.run() }
            }
        }
    }
}

/// Looks for secrets that changed in their stores.
struct StoreService: Service {
    let stores: StoreDesk
    let engine: Engine

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await stores.run { units in await engine.request(units, .commit) }
        }
    }
}

struct ServerService: Service {
    let server: APIServer

    func run() async throws {
        try await cancelWhenGracefulShutdown { try await server.run() }
    }
}
