// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Fleet
import Manifest
import Model
import Secrets

/// Reads stores of secrets for units, and keeps the last good answers: in memory, for as long as somebody uses them.
///
/// The one owner of connections to stores and of what came from them.
actor StoreDesk {
    /// What is read: one path of one store, now or at one version.
    struct Place: Hashable, Sendable {
        var store: SecretStore
        var path: Text
        var version: Int64?

        /// As in ``SecretAccess/place``.
        var text: Text { "\(store.name.text):\(path)" }
    }

    private struct Entry: Sendable {
        var secret = WatchedSecret()
        var units: Set<UnitID> = []
        var usedAt: Moment
    }

    private var entries: [Place: Entry] = [:]
    /// Units whose secrets turned out to be others when somebody else asked.
    private var unaware: Set<UnitID> = []
    private var readers: [SecretStore: any SecretStoreReader] = [:]
    private let makeReader: @Sendable (SecretStore) throws(StoreError) -> any SecretStoreReader
    private let recorder: any EventRecorder
    private let clocks: Clocks

    /// What nobody asked for since then is forgotten.
    private static let memory = Duration.seconds(3600)

    init(
        recorder: any EventRecorder, clocks: Clocks,
        makeReader: @escaping @Sendable (SecretStore) throws(StoreError) -> any SecretStoreReader
    ) {
        self.recorder = recorder
        self.clocks = clocks
        self.makeReader = makeReader
    }

    /// The newest that is known, or what is there now when nothing is known or the last look is too old. While the store
    /// fails: what it gave last.
    func read(_ place: Place, for unit: UnitID) async throws(StoreError) -> StoredSecret {
        let now = clocks.monotonic()
        entries[place, default: Entry(usedAt: now)].units.insert(unit)
        entries[place]?.usedAt = now
        if entries[place]?.secret.isDue(now) ?? true, await look(at: place) {
            // Whoever asks sees it now; the others have to be told.
            unaware.formUnion((entries[place]?.units ?? []).subtracting([unit]))
        }
        guard let entry = entries[place] else { throw StoreError(.unreachable, "was not asked yet") }
        return try entry.secret.answer()
    }

    /// Looks at what is in use, and is due, until cancelled. Units whose secrets changed are handed to `notify`.
    func run(notify: @Sendable ([UnitID]) async -> Void) async {
        while !Task.isCancelled {
            try? await clocks.sleep(clocks.monotonic().advanced(by: .seconds(1) * Double.random(in: 0.8..<1.2)))
            guard !Task.isCancelled else { return }
            let units = await lookAtDue().union(unaware)
            unaware = []
            if !units.isEmpty { await notify(units.sorted()) }
        }
    }

    /// Looks at all that is in use, now. A store that was put back to an earlier state is believed.
    func refreshNow() async -> [UnitID] {
        readers = [:]
        return await look(at: Array(entries.keys), acceptsOlder: true).sorted()
    }

    /// What is wrong with stores now.
    func problems() -> [(place: Text, error: StoreError, isCovered: Bool)] {
        entries.compactMap { place, entry in
            entry.secret.failure.map { (place.text, $0, entry.secret.good != nil) }
        }
        .sorted { $0.place < $1.place }
    }

    private func lookAtDue() async -> Set<UnitID> {
        let now = clocks.monotonic()
        entries = entries.filter { now.duration(since: $0.value.usedAt) < Self.memory }
        return await look(at: entries.filter { $0.value.secret.isDue(now) }.map(\.key))
    }

    /// Each store by itself: one that does not answer keeps nobody from the others. Gives the units of what changed.
    private func look(at places: [Place], acceptsOlder: Bool = false) async -> Set<UnitID> {
        await withTaskGroup(of: Set<UnitID>.self) { group in
            for places in Dictionary(grouping: places, by: \.store).values {
                group.addTask { await self.look(inTurnAt: places, acceptsOlder: acceptsOlder) }
            }
            var units: Set<UnitID> = []
            for await found in group { units.formUnion(found) }
            return units
        }
    }

    private func look(inTurnAt places: [Place], acceptsOlder: Bool) async -> Set<UnitID> {
        var units: Set<UnitID> = []
        for place in places where await look(at: place, acceptsOlder: acceptsOlder) {
            units.formUnion(entries[place]?.units ?? [])
        }
        return units
    }

    /// Whether what units have of it may be another now.
    private func look(at place: Place, acceptsOlder: Bool = false) async -> Bool {
        let answer: Result<StoredSecret, StoreError>
        do throws(StoreError) {
            answer = .success(try await reader(of: place.store).read(place.path, version: place.version))
        } catch {
            answer = .failure(error)
            // Whoever signs in, and how, may have been changed on this machine meanwhile.
            if error.state == .signInRefused || error.state == .unconfigured { readers[place.store] = nil }
        }
        guard var entry = entries[place] else { return false }
        let change = entry.secret.take(
            answer, now: clocks.monotonic(), pause: place.store.interval * Double.random(in: 0.9..<1.1),
            acceptsOlder: acceptsOlder)
        entries[place] = entry
        switch change {
        case .nothing: return false
        case .version: return true
        case .failed:
            let units = entry.units.sorted()
            if let error = entry.secret.failure {
                let failed = StoreFailed(
                    place: place.text, state: Text(error.state.rawValue), reason: Text(error.description), units: units)
                await record(StoreFailed.kind, failed.value)
            }
            return false
        case .recovered:
            await record(StoreRecovered.kind, StoreRecovered(place: place.text).value)
            // Units may wait for it, even where it gives what it gave.
            return true
        }
    }

    private func record(_ kind: EventKind, _ payload: Value) async {
        // Nothing is done with it: what cannot be recorded is shown by the status all the same.
        _ = try? await recorder.record([EventDraft(kind: kind, payload: payload)])
    }

    private func reader(of store: SecretStore) throws(StoreError) -> any SecretStoreReader {
        if let known = readers[store] { return known }
        let made = try makeReader(store)
        readers[store] = made
        return made
    }
}
