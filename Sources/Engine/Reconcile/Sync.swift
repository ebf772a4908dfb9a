// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

/// A plan on its way.
struct Sync: Sendable {
    enum Phase: Sendable {
        case storing
        case carryingOut
        case checkingHealth
        case waiting
        case hooks(HookRun)
        /// What is gone is taken out of the stored inventory.
        case trimming(health: [ObjectID: HealthReport])
    }

    let rendered: Rendered
    let plan: Plan
    let cause: SyncCause
    /// Whether the rest of the unit is left as it is.
    let isPart: Bool
    var stages: [SyncStage]
    /// What runs when it fails.
    let rescue: [SyncStage]
    var phase = Phase.storing
    var next = 0
    /// So many stages have their intent on record.
    var intended = 0
    /// Follows what is recorded, as the journal's own fold will.
    var inventory: Inventory
    /// When its present wave was carried out, and its objects began to be waited for.
    var waitsSince: Moment?
    /// Why it has failed; what comes after that are the hooks for failures.
    var failure: Text?

    init(
        _ plan: Plan, _ rendered: Rendered, cause: SyncCause, runsHooks: Bool, isPart: Bool,
        inventory: Inventory, isFoundation: (ObjectID) -> Bool
    ) {
        self.rendered = rendered
        self.plan = plan
        self.cause = cause
        self.isPart = isPart
        self.inventory = inventory
        let hooks = runsHooks ? rendered.hooks : []
        stages = SyncStage.order(plan, hooks: hooks, isRemoval: cause == .removal, isFoundation: isFoundation)
        rescue = cause == .removal ? [] : SyncStage.hooks(hooks, in: .onFailure)
    }

    /// The changes of the wave that is under way.
    var current: [Change] {
        guard next < stages.count, case .wave(let changes) = stages[next] else { return [] }
        return changes
    }

    var isLast: Bool { next >= stages.count - 1 }

    /// Whether all objects have to be well before it goes on: what comes next are hooks that count on that.
    var isBeforeLastHooks: Bool {
        guard next + 1 < stages.count, case .hooks(let hooks) = stages[next + 1] else { return false }
        return hooks.phase == .afterSync
    }

    /// All that it may come to run.
    var hooks: [DesiredObject] {
        (stages + rescue).flatMap { stage -> [DesiredObject] in
            if case .hooks(let hooks) = stage { hooks.objects } else { [] }
        }
    }
}

/// What a sync carries out together.
enum SyncStage: Sendable {
    case wave([Change])
    case hooks(HookStage)

    struct HookStage: Sendable {
        var phase: Hook.Phase
        var weight: Int
        var objects: [DesiredObject]
    }

    /// Foundations, since hooks may lie in them; hooks before, then what is written by rising wave, the hooks that belong
    /// to a wave after its objects, then what is deleted, then hooks after.
    static func order(
        _ plan: Plan, hooks: [DesiredObject], isRemoval: Bool, isFoundation: (ObjectID) -> Bool
    ) -> [SyncStage] {
        let waves = Waves.order(plan, isFoundation: isFoundation)
        if isRemoval {
            return Self.hooks(hooks, in: .beforeDeletion) + waves.map(SyncStage.wave)
                + Self.hooks(hooks, in: .afterDeletion)
        }
        let writing = waves.prefix { $0.first.map { $0.action == .create || $0.action == .update } ?? false }
        let foundations = writing.prefix { $0.first.map { isFoundation($0.object) } ?? false }
        var during = Self.hooks(hooks, in: .duringSync)[...]
        var stages = foundations.map(SyncStage.wave) + Self.hooks(hooks, in: .beforeSync)
        for wave in writing.dropFirst(foundations.count) {
            let number = wave.first?.wave ?? 0
            while let first = during.first, first.number < number { stages.append(during.removeFirst()) }
            stages.append(.wave(wave))
        }
        stages += during
        stages += waves.dropFirst(writing.count).map(SyncStage.wave)
        return stages + Self.hooks(hooks, in: .afterSync)
    }

    /// The hooks that carrying out a plan runs, in their order; those for failures last.
    static func hooks(
        around plan: Plan, _ hooks: [DesiredObject], isFoundation: (ObjectID) -> Bool
    ) -> [PlannedHook] {
        let stages =
            order(plan, hooks: hooks, isRemoval: false, isFoundation: isFoundation)
            + Self.hooks(hooks, in: .onFailure)
        return stages.flatMap { stage -> [PlannedHook] in
            guard case .hooks(let run) = stage else { return [] }
            return run.objects.map { PlannedHook(object: $0.id, phase: run.phase, weight: run.weight) }
        }
    }

    /// Those of a phase, one stage for each weight.
    static func hooks(_ hooks: [DesiredObject], in phase: Hook.Phase) -> [SyncStage] {
        let meant = hooks.filter { $0.hook?.phases.contains(phase) ?? false }
        return Dictionary(grouping: meant) { $0.hook?.weight ?? 0 }.sorted { $0.key < $1.key }.map { weight, objects in
            .hooks(HookStage(phase: phase, weight: weight, objects: objects.sorted { $0.id < $1.id }))
        }
    }
}

extension SyncStage {
    /// The wave of the changes, or the weight of the hooks.
    private var number: Int {
        switch self {
        case .wave(let changes): changes.first?.wave ?? 0
        case .hooks(let hooks): hooks.weight
        }
    }
}

/// Hooks that are run together: what is left of an earlier run is cleared, they are applied, awaited, and tidied up.
struct HookRun: Sendable {
    enum Phase: Sendable {
        case clearing, applying, awaiting, waiting
        /// With why the run failed; `nil` when it did not.
        case tidying(failure: Text?)
    }

    let stage: SyncStage.HookStage
    var phase = Phase.clearing
    /// What is under way.
    var changes: [Change] = []
    /// When they were applied, and began to be waited for.
    var waitsSince: Moment?
}
