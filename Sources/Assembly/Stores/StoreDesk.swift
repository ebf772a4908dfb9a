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
        /// Those that do not know yet that it is another one, since somebody else asked.
        var unaware: Set<UnitID> = []
        var usedAt: Moment
        /// Since when the store fails here, as far as anybody has seen.
        var failedSince: Time?
    }

    private var entries: [Place: Entry] = [:]
    private var readers: [SecretStore: any SecretStoreReader] = [:]
    /// Questions under way, for all who have the same one.
    let asked = SingleFlight<Place, StoredSecret, StoreError>()
    private let makeReader: @Sendable (SecretStore) throws(StoreError) -> any SecretStoreReader
    private let recorder: any EventRecorder
    private let clocks: Clocks
    /// What earlier processes left on record and nobody has looked at since.
    private var inherited: [Text: StoreTrouble]
    private let started: Moment

    /// What nobody asked for since then is forgotten.
    private static let memory = Duration.seconds(3600)

    init(
        recorder: any EventRecorder, clocks: Clocks, known: [Text: StoreTrouble] = [:],
        makeReader: @escaping @Sendable (SecretStore) throws(StoreError) -> any SecretStoreReader
    ) {
        self.recorder = recorder
        self.clocks = clocks
        inherited = known
        started = clocks.monotonic()
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
            let units = entries[place]?.units ?? []
            entries[place]?.unaware = units
        }
        entries[place]?.unaware.remove(unit)
        guard let entry = entries[place] else { throw StoreError(.unreachable, "was not asked yet") }
        return try entry.secret.answer()
    }

    /// Looks at what is in use, and is due, until cancelled. Units whose secrets changed are handed to `notify`.
    func run(notify: @Sendable ([UnitID]) async -> Void) async {
        while !Task.isCancelled {
            try? await clocks.sleep(clocks.monotonic().advanced(by: .seconds(1) * Double.random(in: 0.8..<1.2)))
            guard !Task.isCancelled else { return }
            let units = await lookAtDue().union(takeUnaware())
            if !units.isEmpty { await notify(units.sorted()) }
        }
    }

    /// Looks at all that is in use, now. A store that was put back to an earlier state is believed.
    func refreshNow() async -> [UnitID] {
        readers = [:]
        return await look(at: Array(entries.keys), acceptsOlder: true).sorted()
    }

    /// What is wrong with stores now.
    func problems() -> [StoreTrouble] {
        let seen = entries.compactMap { place, entry in
            entry.secret.failure.map {
                StoreTrouble(
                    place: place.text, error: $0, since: entry.failedSince ?? clocks.wall(),
                    isCovered: entry.secret.good != nil)
            }
        }
        return (seen + inherited.values).sorted { $0.place < $1.place }
    }

    /// Since when a store fails at a place, as far as anybody has seen; `nil` when it does not.
    func failedSince(_ place: Place) -> Time? { entries[place]?.failedSince }

    func takeUnaware() -> Set<UnitID> {
        var units: Set<UnitID> = []
        for (place, entry) in entries where !entry.unaware.isEmpty {
            units.formUnion(entry.unaware)
            entries[place]?.unaware = []
        }
        return units
    }

    private func lookAtDue() async -> Set<UnitID> {
        let now = clocks.monotonic()
        await forgetUnused(now)
        return await look(at: entries.filter { $0.value.secret.isDue(now) }.map(\.key))
    }

    /// What fails and is asked for by nobody is no trouble any more.
    private func forgetUnused(_ now: Moment) async {
        let unused = entries.filter { now.duration(since: $0.value.usedAt) >= Self.memory }
        for place in unused.keys { entries[place] = nil }
        var over = Set(unused.filter { $0.value.secret.failure != nil }.keys.map(\.text))
        if now.duration(since: started) >= Self.memory {
            over.formUnion(inherited.keys)
            inherited = [:]
        }
        for place in over.sorted() { await record(StoreRecovered.kind, StoreRecovered(place: place).value) }
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
            // A person's look begins now: one that is under way may have missed what the person knows.
            answer = .success(
                acceptsOlder
                    ? try await ask(place)
                    : try await asked.run(place) { () async throws(StoreError) in try await self.ask(place) })
        } catch { answer = .failure(error) }
        guard var entry = entries[place] else { return false }
        let change = entry.secret.take(
            answer, now: clocks.monotonic(), pause: place.store.interval * Double.random(in: 0.9..<1.1),
            acceptsOlder: acceptsOlder)
        let known = inherited.removeValue(forKey: place.text)
        entry.failedSince = entry.secret.failure == nil ? nil : entry.failedSince ?? known?.since ?? clocks.wall()
        entries[place] = entry
        switch change {
        case .nothing: return false
        case .version:
            if known != nil { await record(StoreRecovered.kind, StoreRecovered(place: place.text).value) }
            return true
        case .failed where entry.secret.failure?.state == known?.error.state: return false
        case .failed:
            if let error = entry.secret.failure {
                let failed = StoreFailed(
                    place: place.text, state: Text(error.state.rawValue), reason: Text(error.description),
                    since: entry.failedSince, units: entry.units.sorted())
                await record(StoreFailed.kind, failed.value)
            }
            return false
        case .recovered:
            await record(StoreRecovered.kind, StoreRecovered(place: place.text).value)
            // Units may wait for it, even where it gives what it gave.
            return true
        }
    }

    private func ask(_ place: Place) async throws(StoreError) -> StoredSecret {
        do throws(StoreError) {
            return try await reader(of: place.store).read(place.path, version: place.version)
        } catch {
            // Whoever signs in, and how, may have been changed on this machine meanwhile.
            if error.state == .signInRefused || error.state == .unconfigured { readers[place.store] = nil }
            throw error
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
