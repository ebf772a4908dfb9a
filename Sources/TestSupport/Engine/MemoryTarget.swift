// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Engine
package import Fleet
package import Manifest
package import Model
import Synchronization

/// The in-memory twin of a target: live objects by identity, with hands to change and break them.
package final class MemoryTarget: TargetDriver {
    package struct State: Sendable {
        package var live: [ObjectID: Value] = [:]
        /// The unit that applied an object.
        package var owners: [ObjectID: UnitID] = [:]
        package var inventories: [UnitID: Inventory] = [:]
        /// Objects that cannot be written or deleted, and why.
        package var broken: [ObjectID: Text] = [:]
        package var health: [ObjectID: HealthReport] = [:]
        /// Why objects are not well, for those who ask when their time is up.
        package var explanations: [ObjectID: String] = [:]
        /// How often somebody asked.
        package var explained = 0
        package var refused: [ObjectID: Text] = [:]
        /// What others have put into objects, by its field.
        package var added: [ObjectID: FieldPath] = [:]
        package var isDown = false
        /// Objects created, updated and deleted, and inventories stored.
        package var writes = 0
        /// Objects compared.
        package var comparisons = 0
        package var watched: [UnitID: Set<ObjectID>] = [:]
        /// Whether it has reported all that was watched when its watch began.
        package var hasBegunToWatch = false
        /// Whether it watches what it writes from before that on.
        package var watchesWrites = false
        package var remembersContent = true
        /// What it was asked to remember.
        package var remembered: [UnitID: Memory] = [:]
        /// How often it was asked how content stands.
        package var checks = 0
        /// Objects admitted.
        package var admissions = 0
        /// Objects that only a comparison can tell about.
        package var opaque: Set<ObjectID> = []
    }

    package struct Memory: Sendable {
        package var render: Digest
        package var limits: Grant
        package var objects: [DesiredObject]
    }

    private let state = Mutex(State())
    private let sink = Mutex<WatchSink?>(nil)

    package init() {}

    package func withState<Result: Sendable>(_ body: (inout sending State) -> sending Result) -> Result {
        state.withLock(body)
    }

    /// A hand that is not ours changes an object; `nil` deletes it. Whoever watches is told.
    package func edit(_ id: ObjectID, _ value: Value?) {
        let units = state.withLock { state in
            state.live[id] = value
            return state.watched.filter { $0.value.contains(id) }.map(\.key)
        }
        let sink = sink.withLock { $0 }
        for unit in units { sink?.changed(unit, [id]) }
    }

    package func admit(_ objects: [DesiredObject], of unit: UnitContext) async throws(TargetError) -> [Refusal] {
        try check()
        let refused = withState { state in
            state.admissions += objects.count
            return state.refused
        }
        return objects.compactMap { object in refused[object.id].map { Refusal(object: object.id, reason: $0) } }
    }

    package func standing(
        of render: Digest, in unit: UnitContext, depth: ComparisonDepth
    ) async throws(TargetError) -> Standing {
        try check()
        return withState { state in
            state.checks += 1
            guard let memory = state.remembered[unit.unit], memory.render == render, memory.limits == unit.limits else {
                return .unknown
            }
            let doubtful = memory.objects.filter { object in
                state.live[object.id] != object.manifest || state.owners[object.id] != unit.unit
                    || state.health[object.id].map { $0.health != .healthy } ?? false
                    || state.opaque.contains(object.id)
            }
            return .known(
                Standing.Roll(objects: memory.objects.map(\.id), doubtful: Set(doubtful.map(\.id))))
        }
    }

    package func remember(
        _ objects: [DesiredObject], as render: Digest, of unit: UnitContext
    ) async throws(TargetError) {
        withState { $0.remembered[unit.unit] = Memory(render: render, limits: unit.limits, objects: objects) }
    }

    package var remembersContent: Bool { withState { $0.remembersContent } }

    package func uid(of object: DesiredObject) -> Text { Text("uid-\(object.id.name)") }

    package func compare(
        _ objects: [DesiredObject], within context: [DesiredObject], of unit: UnitContext, depth: ComparisonDepth,
        contents: any BlobReader
    ) async throws(TargetError) -> [ObjectID: Comparison] {
        try check()
        return withState { state in
            state.comparisons += objects.count
            return Dictionary(
                objects.map { object in
                    let id = object.id
                    if let owner = state.owners[id], owner != unit.unit { return (id, .claimed(by: owner)) }
                    guard let live = state.live[id] else { return (id, .absent) }
                    if live == object.manifest {
                        guard let path = state.added[id] else { return (id, .same) }
                        return (id, .extended([FieldDifference(path: path, old: 1, new: nil)], cause: "somebody"))
                    }
                    return (
                        id, .differs([FieldDifference(path: FieldPath(), old: live, new: object.manifest)], cause: nil)
                    )
                }, uniquingKeysWith: { first, _ in first })
        }
    }

    package func carryOut(_ order: WaveOrder, of unit: UnitContext) async throws(TargetError) -> [Outcome] {
        try check()
        return withState { state in
            order.items.map { item in
                let id = item.change.object
                func outcome(_ result: Outcome.Result) -> Outcome {
                    Outcome(object: id, uid: item.change.uid, action: item.change.action, result: result)
                }
                if let reason = state.broken[id] { return outcome(.failed(reason: reason)) }
                switch item.change.action {
                case .create, .update:
                    guard let desired = item.desired else { return outcome(.failed(reason: "nothing is desired")) }
                    state.owners[id] = unit.unit
                    guard state.live[id] != desired.manifest else { return outcome(.unchanged) }
                    state.live[id] = desired.manifest
                    state.writes += 1
                    return outcome(.done)
                case .delete:
                    guard state.owners[id] == unit.unit else { return outcome(.unchanged) }
                    state.live[id] = nil
                    state.owners[id] = nil
                    state.writes += 1
                    return outcome(.done)
                case .orphan:
                    state.owners[id] = nil
                    return outcome(.done)
                case .keep: return outcome(.unchanged)
                }
            }
        }
    }

    package func health(
        of objects: [DesiredObject], in unit: UnitContext
    ) async throws(TargetError) -> [ObjectID: HealthReport] {
        try check()
        return withState { state in
            Dictionary(
                objects.map { object in
                    let missing = HealthReport(.missing, reason: "is not there")
                    let well = state.live[object.id] == nil ? missing : HealthReport(.healthy)
                    return (object.id, state.health[object.id] ?? well)
                }, uniquingKeysWith: { first, _ in first })
        }
    }

    package func explainedHealth(
        of objects: [DesiredObject], in unit: UnitContext
    ) async throws(TargetError) -> [ObjectID: HealthReport] {
        var reports = try await health(of: objects, in: unit)
        let explanations = withState { state in
            state.explained += 1
            return state.explanations
        }
        for (id, words) in explanations { reports[id]?.reason += ": \(words)" }
        return reports
    }

    package func store(_ inventory: Inventory, of unit: UnitContext) async throws(TargetError) {
        try check()
        withState { state in
            let inventory = inventory.claim
            guard state.inventories[unit.unit] != inventory else { return }
            state.writes += 1
            state.inventories[unit.unit] = inventory.entries.isEmpty ? nil : inventory
            if inventory.entries.isEmpty { state.owners = state.owners.filter { $0.value != unit.unit } }
        }
    }

    package func storedInventory(of unit: UnitContext) async throws(TargetError) -> Inventory? {
        try check()
        return withState { $0.inventories[unit.unit] }
    }

    package func recover() async throws(TargetError) { try check() }

    @discardableResult
    package func setWatched(_ objects: [DesiredObject], of unit: UnitContext) async throws(TargetError) -> Bool {
        try check()
        return withState { state in
            state.watched[unit.unit] = objects.isEmpty ? nil : Set(objects.map(\.id))
            return !state.watchesWrites
        }
    }

    package func watch(_ sink: WatchSink) async throws(TargetError) {
        self.sink.withLock { $0 = sink }
        defer { self.sink.withLock { $0 = nil } }
        for unit in state.withLock({ Array($0.watched.keys) }) { sink.changed(unit, []) }
        withState { $0.hasBegunToWatch = true }
        try? await Task.sleep(for: .seconds(86_400 * 365))
    }

    private func check() throws(TargetError) {
        if withState({ $0.isDown }) { throw TargetError(reason: "the target is down", isTransient: true) }
    }
}
