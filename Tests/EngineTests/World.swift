// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Fleet
import Manifest
import Model
import TestSupport
import Testing

/// One unit, its Git, its target and its journal, all in memory: runs reconciliations step by step and can kill them.
final class World {
    let target = MemoryTarget()
    var policy = SyncPolicy()
    var limits = Grant.host(HostLimits())
    /// Objects that the store of what was rendered has lost.
    var lost: Set<ObjectID> = []
    var needsObjects = false
    /// Whether what the content needs cannot be had just now.
    var isStoreAway = false
    var record = UnitRecord()
    var events: [Event] = []
    /// The kinds of what went on record together.
    private(set) var records: [[EventKind]] = []
    var newest: Rendered
    var isRemoved = false
    var waitsFor: [UnitID] = []
    /// Objects that others lie in.
    var foundations: Set<ObjectID> = []
    /// Objects that are not deleted without a person.
    var protected: Set<ObjectID> = []
    var fights = FightLedger()
    var unpruned: [ObjectID] = []
    /// What the target was given to keep, in order.
    private(set) var stored: [Inventory] = []
    /// What the claim was taken back on, in order.
    private(set) var released: [Inventory] = []
    /// How long the target takes to say how objects do.
    var healthTakes: Duration = .zero
    var wall = Time(nanoseconds: 1_800_000_000_000_000_000)
    var monotonic = Moment.start
    private var renders: [Digest: Rendered] = [:]
    private var sequence: UInt64 = 0
    let unit: UnitID

    init(unit: UnitID = TestSupport.unit("web"), _ objects: [Text: Value] = [:]) {
        self.unit = unit
        newest = Rendered(version: Version(fleet: nil, source: nil), digest: Digest(of: []), objects: [])
        commit(objects)
    }

    /// A commit of objects by name; `wave` is read from the value.
    func commit(_ objects: [Text: Value], hooks: [Text: Hook] = [:]) {
        let hookValues = hooks.mapValues { hook in Value.string("\(Text("\(hook.phases.sorted())"))") }
        let desired = objects.merging(hookValues) { _, hook in hook }.sorted { $0.key < $1.key }.map { name, value in
            DesiredObject(
                id: object(name), apiVersion: "host.trimtab.dev/v1alpha1", manifest: value,
                wave: value["wave"]?.intValue.map { Int($0) } ?? 0, blobs: [], origin: "test.yaml:1",
                digest: value.digest(), hook: hooks[name])
        }
        let digest = Value.array(desired.map { [Value($0.id.key), Value($0.digest)] }).digest()
        sequence += 1
        let commit = CommitID(
            hex: String(repeating: "0", count: 32)
                + Hex.encode(withUnsafeBytes(of: UInt32(sequence).bigEndian) { Array($0) }))
        newest = Rendered(version: Version(fleet: nil, source: commit), digest: digest, objects: desired)
        renders[digest] = newest
    }

    /// An object's secret gets another value in its store; what is in Git, and the render digest, stay.
    func rotate(_ name: Text, to value: Value, version: Text) {
        var changed = newest
        for index in changed.objects.indices where changed.objects[index].id == object(name) {
            changed.objects[index].manifest = value
            changed.objects[index].digest = value.digest()
        }
        for index in changed.hooks.indices where changed.hooks[index].id == object(name) {
            changed.hooks[index].manifest = value
        }
        let place: Text = "vault:\(name)"
        changed.version.secrets[place] = version
        changed.secrets.removeAll { $0.place == place }
        changed.secrets.append(SecretAccess(place: place, keys: ["value"], version: version))
        changed.secrets.sort { $0.place < $1.place }
        renders[newest.digest] = changed
        newest = changed
    }

    /// - Parameter steps: The run is killed before the act of that step, its record already written.
    @discardableResult
    func run(
        _ job: Job = .commit, killedAfter steps: Int = .max, interrupt: (Int) -> Interruption? = { _ in nil }
    ) async -> Conclusion? {
        let facts = UnitFacts(
            context: UnitContext(unit: unit, project: name("shop"), limits: limits), policy: policy,
            record: record, newest: isRemoved ? nil : newest.version, waitsFor: waitsFor, fights: fights,
            unpruned: unpruned, needsObjects: needsObjects, wall: wall, monotonic: monotonic)
        let target = target
        let (foundations, protected) = (foundations, protected)
        var reconciliation = Reconciliation(
            facts: facts, job: job, uid: { target.uid(of: $0) }, isProtected: { protected.contains($0) },
            isFoundation: { foundations.contains($0) })
        var step = reconciliation.begin()
        for count in 0... {
            write(step.record)
            if count == steps { return nil }
            if case .finish(let conclusion) = step.action {
                fights = conclusion.fights
                unpruned = conclusion.unpruned
                if conclusion.isProven, let rendered = conclusion.rendered, rendered.hooks.isEmpty {
                    try? await target.remember(rendered.objects, as: rendered.digest, of: facts.context)
                }
                return conclusion
            }
            let input: Input
            if let interruption = interrupt(count) {
                input = .interrupted(interruption)
            } else {
                input = await perform(step.action)
            }
            reconciliation.take(record.pause)
            reconciliation.take(now: monotonic)
            step = reconciliation.advance(input)
        }
        return nil
    }

    func write(_ drafts: [EventDraft]) {
        if !drafts.isEmpty { records.append(drafts.map(\.kind)) }
        for draft in drafts {
            sequence += 1
            let id = EventID(writer: "test", incarnation: 0, sequence: sequence)
            let event = Event(id: id, time: wall, draft: draft)
            events.append(event)
            record.apply(event)
            #expect(UnitRecord(record.value) == record, "a record comes back as it was kept")
        }
    }

    func kinds() -> [EventKind] { events.map(\.kind) }

    func pass(_ duration: Duration) {
        wall = wall.advanced(by: duration)
        monotonic = monotonic.advanced(by: duration)
    }

    private func perform(_ action: Action) async -> Input {
        let context = UnitContext(unit: unit, project: name("shop"), limits: limits)
        do {
            switch action {
            case .recall: return .recalled(try await target.storedInventory(of: context))
            case .identify: return .identified(newest.digest)
            case .check(let digest, let depth):
                return .checked(try await target.standing(of: digest, in: context, depth: depth))
            case .render where isStoreAway: return .unavailable(reason: "vault:a: unreachable")
            case .render: return .rendered(newest)
            case .load(let digest, _, let ids):
                guard var rendered = renders[digest] else { return .failed(reason: "not in the store") }
                if let ids {
                    rendered.objects.removeAll { !ids.contains($0.id) || lost.contains($0.id) }
                    rendered.hooks = []
                }
                return .rendered(rendered)
            case .loadHooks(let digest, _):
                guard var rendered = renders[digest] else { return .failed(reason: "not in the store") }
                rendered.objects = []
                let places = Set(rendered.hooks.map { "vault:\($0.id.name)" as Text })
                rendered.secrets.removeAll { !places.contains($0.place) }
                return .rendered(rendered)
            case .admit(let objects): return .admitted(try await target.admit(objects, of: context))
            case .follow(let rendered):
                try await target.setWatched(rendered.objects, of: context)
                return .followed
            case .compare(let objects, _, let depth):
                return .compared(
                    try await target.compare(
                        objects, within: objects, of: context, depth: depth, contents: MemoryTree()))
            case .store(let inventory):
                stored.append(inventory)
                try await target.store(inventory, of: context)
                return .stored
            case .release(let inventory):
                released.append(inventory)
                try await target.release(inventory, of: context)
                return .stored
            case .carryOut(let wave, _, let items, let all):
                let order = WaveOrder(number: wave, items: items, context: all, contents: MemoryTree())
                return .carriedOut(try await target.carryOut(order, of: context))
            case .health(let objects, let isExplained):
                pass(healthTakes)
                return .health(
                    isExplained
                        ? try await target.explainedHealth(of: objects, in: context)
                        : try await target.health(of: objects, in: context))
            case .wait(let duration):
                pass(duration)
                return .waited
            case .finish: return .failed(reason: "finished")
            }
        } catch {
            return .failed(reason: Text("\(error)"))
        }
    }
}

extension Job {
    static let audit = Job(urgency: .audit, scope: .whole(.content))
    static let person = Job(
        urgency: .person, scope: .whole(.content), request: Request(by: Actor("user:alice"), reason: "now"))

    static func drift(_ names: Text...) -> Job {
        Job(urgency: .drift, scope: .objects(Set(names.map { object($0) })))
    }
}
