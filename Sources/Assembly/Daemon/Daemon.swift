// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Commands
import Glibc
import Logging
import Manifest
import Model
import Server
import ServiceLifecycle
import UnixSignals
import Web

/// The engine as a service: watches targets, looks for commits, answers on the socket. SIGTERM and SIGINT end it after
/// the acts in flight.
enum Daemon {
    static func run(_ request: DaemonRequest) async throws {
        let log = Logger(request)
        let instance = try await Instance.open(
            state: request.engine.state.string, fleet: request.engine.fleet?.string,
            trust: request.engine.trust?.string, serving: request.engine.targets,
            daemon: EngineInfo.Daemon(process: Int(getpid()), since: Clocks.system.wall()), log: log,
            eventLog: EventLog(request))
        let site = APIServer.Site(
            operations: instance.operations, policy: { await instance.fleet.accessPolicy },
            metrics: { await instance.metrics() }, reasonsNotReady: { await instance.reasonsNotReady() },
            pages: Pages(clock: Clocks.system.wall),
            hooks: await hookDesk(request, instance, log: Logger(request, .webhooks)),
            acts: ActMemory(folder: request.engine.state.string + "/acts", now: Clocks.system.wall))
        let server = APIServer(
            on: .unixSocket("\(request.engine.state)/trimtab.sock"), serving: site, log: Logger(request, .server))
        let network: NetworkService?
        do { network = try networkServer(request, instance, site, log: Logger(request, .server)) } catch {
            try? await instance.close()
            throw error
        }
        let notifications = NotificationDesk(
            state: request.engine.state.string, journal: instance.journal, fleet: instance.fleet,
            hub: request.listen?.external?.origin, clocks: .system, log: Logger(request, .notifications),
            count: instance.countNotification)
        await notifications.prepare()
        var parts: [any Service] = [
            EngineService(engine: instance.engine), FleetService(fleet: instance.fleet, log: Logger(request, .sources)),
            StoreService(stores: instance.stores, engine: instance.engine), ServerService(server: server),
            JournalService(
                upkeep: JournalUpkeep(journal: instance.journal), known: instance.knownRecords,
                retention: request.retain.map(Retention.init),
                clocks: .system, log: Logger(request, .journal)),
            MemoryService(
                engine: instance.engine, fleet: instance.fleet, runs: instance.largeRuns, clocks: .system),
            HintService(hints: instance.hints, fleet: instance.fleet),
            NotificationService(notifications: notifications),
            TraceService(
                exporter: TraceExporter(
                    state: request.engine.state.string, journal: instance.journal, clocks: .system,
                    log: Logger(request, .traces), complaints: instance.complaints, count: instance.countSpans)),
            CheckpointService(
                publisher: CheckpointPublisher(
                    state: request.engine.state.string, journal: instance.journal, opener: instance.fleet.opener,
                    clocks: .system, log: Logger(request, .checkpoints), complaints: instance.complaints,
                    count: instance.countCheckpoint)),
        ]
        if let network { parts.append(network) }
        parts.append(EngineGate(engine: instance.engine))
        var configuration = ServiceGroupConfiguration(
            services: parts.map { .init(service: $0, failureTerminationBehavior: .gracefullyShutdownGroup) },
            gracefulShutdownSignals: [.sigterm, .sigint], logger: log)
        configuration.maximumGracefulShutdownDuration = patience
        do {
            try await ServiceGroup(configuration: configuration).run()
            try await instance.close()
        } catch {
            try? await instance.close()
            throw error
        }
        log.info("stopped")
    }

    /// For acts in flight. What is cut off then is finished or undone at the next start.
    private static let patience = Duration.seconds(60)
}
