// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import CLinux
import Engine
import Fleet
import Foundation
import Glibc
import GitSource
import HostTarget
import Journal
import Kustomize
import Logging
import Manifest
import Model
import Rendering
import Secrets
import SignIn
import Webhooks

/// An engine with all its parts, for as long as it is used. The one place that makes them.
struct Instance: Sendable {
    let operations: LocalOperations
    let engine: Engine
    let fleet: FleetDesk
    let journal: Journal
    let largeRuns: LargeRuns
    let stores: StoreDesk
    let tokens: TokenDesk
    let recorder: any EventRecorder
    /// Sources that webhooks say have moved.
    let hints: HintDesk
    let complaints: Complaints
    private let meters: Meters
    /// The event up to which a start finds the units' records saved, and of how many units.
    let knownRecords: (saved: UInt64, units: Int)
    private let clusters: Clusters
    private let lock: StateLock

    /// - Parameters:
    ///   - state: the folder that holds journal, cache and lock; made when it is not there and a fleet is given for it.
    ///   - fleet: a folder or an address; `nil` for the one that was given last.
    ///   - trust: a file that says whom to trust; `nil` for the one that was given last.
    ///   - log: where to say what happens; `nil` for nowhere.
    ///   - eventLog: where to say what is recorded, if that is elsewhere.
    static func open(
        state: String, fleet: String?, trust: String?, serving: [TargetName], daemon: EngineInfo.Daemon?,
        log: Logger? = nil, eventLog: Logger? = nil
    ) async throws -> Instance {
        // A folder that nobody gives a fleet is one that somebody mistyped.
        guard fleet != nil || trust != nil || FileManager.default.fileExists(atPath: state) else {
            throw APIError(
                .invalid, "\(state): there is no such state folder",
                advice: "say with --state where it is, or with --fleet which fleet a new one is for")
        }
        try FileManager.default.createDirectory(
            atPath: state, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let lock = try StateLock(folder: state)
        let allegiance = try Allegiance(fleet: fleet, trust: trust, state: state)
        let clocks = Clocks.system
        let journal = try await openJournal(state, clocks)
        for note in journal.notes { log?.warning("\(note)") }
        let meters = Meters(clocks: clocks)
        let recorder = JournalRecorder(
            journal: journal, meters: meters, log: (eventLog ?? log).map(EventLog.init), clocks: clocks)
        let cache = try StateCache(path: state + "/cache.db")
        let repositories = try RepositoryOpener(state: state, trust: allegiance.trust, clocks: clocks)
        let content = Content(
            cache: cache,
            renderers: .live(
                scratch: state + "/helm",
                helm: HelmPlace(state: state, trust: allegiance.trust, keepsFrozen: true)), meters: meters)
        var records = try await journal.project(UnitRecords.self)
        if records.weight >= JournalUpkeep.heavyReplay { try? await journal.save(&records) }
        let known = (saved: records.saved, units: records.fold.held.count)
        let largeRuns = LargeRuns()
        let fingerprints = SecretFingerprints(key: try OwnKey.open(state + "/fingerprint.key"))
        let readers = StoreReaders(state: state, fingerprints: fingerprints, clocks: clocks)
        let transit = AgentTransit(readers)
        let keys = AgentKeys(state: state, countsUser: daemon == nil) { transit.transit(for: $0) }
        let stores = StoreDesk(
            recorder: recorder, clocks: clocks, known: try await journal.storeTroubles(),
            makeReader: { store throws(StoreError) in try readers.reader(of: store) })
        let opener = ObjectOpener(keys: keys, stores: stores, fingerprints: fingerprints)
        let engine = Engine(
            content: OpenedContent(content: content, resolver: opener), recorder: recorder,
            clocks: clocks, records: records.fold.held,
            isWatching: daemon != nil, runEnded: largeRuns.ended)
        let clusters = Clusters(state: state, observations: cache, clocks: clocks)
        let desk = FleetDesk(
            fleet: try await repositories.fleet(at: allegiance.place), opener: repositories,
            recorder: recorder, ledger: try await journal.sourceLedger(),
            fleetLedger: try await journal.fleetLedger(),
            serving: ServedTargets(
                named: serving, below: allegiance.root, isConnected: { clusters.isConnected($0) }), engine: engine,
            content: content,
            capabilities: CapabilityDesk(
                known: try await journal.capabilities(), recorder: recorder, clocks: clocks),
            stores: stores, clocks: clocks, meters: meters
        ) { place, fleet in
            let folder: String
            switch place {
            case .folder(let path): folder = path
            case .cluster(let connection): return try await clusters.driver(of: connection)
            }
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let protected = ProtectedPaths.standard.adding(folder: Text(URL(fileURLWithPath: state).path))
            return try HostTarget(
                root: folder, observations: cache, protected: protected, fleet: fleet,
                notice: { log?.warning("\($0)") })
        }
        await content.find(basesBy: { [weak desk] address, project, commit in
            await desk?.base(address, for: project, at: commit)
                ?? .failure(RemoteTrees.Refusal(reason: "trimtab is stopping"))
        })
        let tokens = try await TokenDesk.open(path: FolderTokens.path(inState: state), now: clocks.wall) { drafts in
            _ = try await recorder.record(drafts)
        }
        await desk.refresh()
        let complaints = Complaints()
        let operations = LocalOperations(
            engine: engine, board: StatusBoard(engine: engine), journal: journal, tail: JournalTail(journal),
            fleet: desk, content: content, disclosure: Disclosure(fingerprints), tokens: tokens, daemon: daemon,
            clocks: clocks, complaints: complaints)
        return Instance(
            operations: operations, engine: engine, fleet: desk, journal: journal, largeRuns: largeRuns, stores: stores,
            tokens: tokens, recorder: recorder, hints: HintDesk(clocks: clocks), complaints: complaints,
            meters: meters,
            knownRecords: known, clusters: clusters, lock: lock)
    }

    /// Why nobody should rely on this engine yet; empty when all is well enough to serve.
    func reasonsNotReady() async -> [Text] {
        let view = await fleet.view
        return view.name == nil ? ["the fleet was not read yet"] + view.problems.map(\.reason) : []
    }

    func countNotification(_ result: NotificationDesk.Result) { meters.notified(result) }

    func countSpans(_ result: TraceExporter.Result, _ spans: Int) { meters.told(spans, result) }

    func countCheckpoint(_ result: CheckpointPublisher.Result) { meters.publishedCheckpoint(result) }

    func countWebhook(_ result: HookDesk.Result) { meters.tookWebhook(result) }

    /// For Prometheus.
    func metrics() async -> String {
        meters.text(
            version: Build.version, load: await engine.load(), journalSize: journal.newest,
            gitObjects: await fleet.opener.mirrors.questions, requests: await clusters.requests(),
            staleSecrets: await stores.problems().count)
    }

    func close() async throws {
        await fleet.close()
        await clusters.close()
        if journal.newest &- knownRecords.saved >= JournalUpkeep.interval(units: 0) {
            // Derived data: without it the next start reads more.
            _ = try? await JournalUpkeep(journal: journal).saveRecords()
        }
        try await journal.close()
    }

    private static func openJournal(_ state: String, _ clocks: Clocks) async throws(APIError) -> Journal {
        do { return try await Journal.open(folder: state, clock: clocks.wall) } catch { throw APIError(error) }
    }
}

/// Who holds it owns the state folder; the kernel lets go of it when the process ends, however it ends.
final class StateLock: Sendable {
    private let descriptor: Int32

    init(folder: String) throws(APIError) {
        let path = folder + "/lock"
        let opened = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard opened >= 0 else {
            throw APIError(.unavailable, "\(path) cannot be opened: \(String(cString: strerror(errno)))")
        }
        guard flock(opened, LOCK_EX | LOCK_NB) == 0 else {
            Glibc.close(opened)
            throw APIError(.locked, "\(folder) belongs to another trimtab that is running")
        }
        descriptor = opened
    }

    deinit { Glibc.close(descriptor) }
}
