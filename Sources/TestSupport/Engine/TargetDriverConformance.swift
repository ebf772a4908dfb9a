// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Engine
package import Manifest
package import Model

/// What every ``TargetDriver`` must do, whatever it drives. Returns what it did wrong; empty is good.
package enum TargetDriverConformance {
    /// A target under test that is empty, and how to declare things on it.
    package struct Subject: Sendable {
        package var driver: any TargetDriver
        /// As whom the suite acts, and another unit with the same limits.
        package var unit: UnitContext
        package var other: UnitContext
        /// An object of that name with that content. The same name with another content is the same object, changed.
        package var object: @Sendable (_ name: Text, _ content: Text) -> DesiredObject
        /// A hand that is not ours changes what stands for an object, or takes it away.
        package var edit: @Sendable (DesiredObject) async throws -> Void
        package var takeAway: @Sendable (DesiredObject) async throws -> Void

        package init(
            driver: any TargetDriver, unit: UnitContext, other: UnitContext,
            object: @escaping @Sendable (_ name: Text, _ content: Text) -> DesiredObject,
            edit: @escaping @Sendable (DesiredObject) async throws -> Void,
            takeAway: @escaping @Sendable (DesiredObject) async throws -> Void
        ) {
            self.driver = driver
            self.unit = unit
            self.other = other
            self.object = object
            self.edit = edit
            self.takeAway = takeAway
        }
    }

    /// Runs all of it, each part on a fresh target.
    package static func violations(of make: () async throws -> Subject) async throws -> [String] {
        var suite = TargetDriverSuite()
        try await suite.checkLife(try await make())
        try await suite.checkDrift(try await make())
        try await suite.checkClaims(try await make())
        try await suite.checkInventory(try await make())
        try await suite.checkOutcomes(try await make())
        try await suite.checkWatch(try await make())
        return suite.violations
    }
}

private struct TargetDriverSuite {
    var violations: [String] = []

    private mutating func expect(_ holds: Bool, _ otherwise: String) {
        if !holds { violations.append(otherwise) }
    }

    /// An object is absent, is made, stands, changes, is kept, and goes.
    mutating func checkLife(_ subject: TargetDriverConformance.Subject) async throws {
        let (one, changed) = (subject.object("a", "1"), subject.object("a", "2"))
        let refusals = try await subject.driver.admit([one], of: subject.unit)
        expect(refusals.isEmpty, "an object within the limits is refused")
        expect(try await subject.compare(one) == .absent, "what was never made is not absent")
        let made = try await subject.carryOut(.create, one)
        expect(made == .done, "making an object gives \(String(describing: made))")
        expect(try await subject.compare(one) == .same, "what was made does not stand as desired")
        let again = try await subject.carryOut(.update, one)
        expect(again == .unchanged, "carrying out what is done already gives \(String(describing: again))")
        expect(try await subject.compare(changed).isDifference, "a change of content is no difference")
        let updated = try await subject.carryOut(.update, changed)
        expect(updated == .done, "changing an object gives \(String(describing: updated))")
        expect(try await subject.compare(changed) == .same, "what was changed does not stand as desired")
        let health = try await subject.driver.health(of: [changed], in: subject.unit)
        expect(health[changed.id]?.health == .healthy, "what stands as desired is not healthy")
        let removed = try await subject.carryOut(.delete, changed)
        expect(removed == .done, "deleting an object gives \(String(describing: removed))")
        expect(try await subject.compare(changed) == .absent, "what was deleted is still there")
        let removedAgain = try await subject.carryOut(.delete, changed)
        expect(removedAgain == .unchanged, "deleting what is gone gives \(String(describing: removedAgain))")
    }

    mutating func checkDrift(_ subject: TargetDriverConformance.Subject) async throws {
        let object = subject.object("a", "1")
        _ = try await subject.carryOut(.create, object)
        try await subject.edit(object)
        for depth in [ComparisonDepth.metadata, .content] {
            expect(try await subject.compare(object, depth).isDifference, "an edit is not seen at depth \(depth)")
        }
        let healed = try await subject.carryOut(.update, object)
        expect(healed == .done, "healing gives \(String(describing: healed))")
        expect(try await subject.compare(object) == .same, "what was healed does not stand as desired")
        try await subject.takeAway(object)
        expect(try await subject.compare(object) == .absent, "what was taken away is not absent")
        let health = try await subject.driver.health(of: [object], in: subject.unit)
        expect(health[object.id]?.health == .missing, "what was taken away is not missing")
    }

    mutating func checkClaims(_ subject: TargetDriverConformance.Subject) async throws {
        let object = subject.object("a", "1")
        _ = try await subject.carryOut(.create, object)
        let foreign = try await subject.compare(object, of: subject.other)
        expect(foreign == .claimed(by: subject.unit.unit), "another unit's object is not claimed: \(foreign)")
        _ = try await subject.carryOut(.delete, object, of: subject.other, claiming: false)
        expect(try await subject.compare(object) == .same, "a unit deleted what another owns")
        let orphaned = try await subject.carryOut(.orphan, object)
        expect(orphaned == .done, "orphaning gives \(String(describing: orphaned))")
        try await subject.driver.store(Inventory(), of: subject.unit)
        let free = try await subject.compare(object, of: subject.other)
        // A driver that marks what is a unit's may miss its mark, and nothing else.
        expect(
            free == .same || free == .differs([], cause: nil),
            "an orphan does not stand as it was, free for others: \(free)")
    }

    mutating func checkInventory(_ subject: TargetDriverConformance.Subject) async throws {
        let driver = subject.driver
        expect(try await driver.storedInventory(of: subject.unit) == nil, "there is an inventory before any was stored")
        let objects = [subject.object("a", "1"), subject.object("b", "1")]
        let inventory = subject.claim(objects)
        try await driver.store(inventory, of: subject.unit)
        expect(try await driver.storedInventory(of: subject.unit) == inventory, "the inventory does not read back")
        for object in objects { _ = try await subject.carryOut(.create, object, claiming: false) }
        expect(try await driver.storedInventory(of: subject.unit) == inventory, "an apply changes the inventory")
        expect(try await driver.storedInventory(of: subject.other) == nil, "a unit reads another's inventory")
        try await driver.recover()
        expect(try await driver.storedInventory(of: subject.unit) == inventory, "recovery changes the inventory")
        for object in objects {
            expect(try await subject.compare(object) == .same, "recovery changes \(object.id)")
        }
        try await driver.store(Inventory(), of: subject.unit)
        let left = try await driver.storedInventory(of: subject.unit)
        expect(left?.entries.isEmpty ?? true, "an empty inventory is not empty")
    }

    /// Every change has its answer, in a wave of many.
    mutating func checkOutcomes(_ subject: TargetDriverConformance.Subject) async throws {
        let (kept, gone) = (subject.object("kept", "1"), subject.object("gone", "1"))
        for object in [kept, gone] { _ = try await subject.carryOut(.create, object) }
        let new = (0..<50).map { subject.object("n\($0)", "1") }
        let items = [subject.item(.keep, kept), subject.item(.delete, gone)] + new.map { subject.item(.create, $0) }
        try await subject.driver.store(subject.claim([kept, gone] + new), of: subject.unit)
        let order = WaveOrder(number: 0, items: items, context: [kept] + new, contents: MemoryTree())
        let outcomes = try await subject.driver.carryOut(order, of: subject.unit)
        expect(outcomes.map(\.object) == items.map(\.change.object), "outcomes do not answer the changes, in order")
        let areNamed = zip(outcomes, items).allSatisfy { $1.change.uid.isEmpty || $0.uid == $1.change.uid }
        expect(areNamed, "outcomes name other things than the changes")
        let results = outcomes.map(\.result)
        expect(
            results == [.unchanged, .done] + new.map { _ in .done }, "a wave of many gives \(results.prefix(4)) ...")
        let empty = WaveOrder(number: 1, items: [], context: [], contents: MemoryTree())
        expect(try await subject.driver.carryOut(empty, of: subject.unit).isEmpty, "nothing asked, something answered")
    }

    /// A driver that watches reports an edit; all begin by reporting what they watch.
    mutating func checkWatch(_ subject: TargetDriverConformance.Subject) async throws {
        let object = subject.object("a", "1")
        _ = try await subject.carryOut(.create, object)
        try await subject.driver.setWatched([object], of: subject.unit)
        let (reports, continuation) = AsyncStream.makeStream(of: (UnitID, Set<ObjectID>).self)
        let sink = WatchSink { unit, objects in continuation.yield((unit, objects)) }
        let seen = try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await subject.driver.watch(sink) }
            defer { group.cancelAll() }
            var isEdited = false
            for await (unit, objects) in reports where unit == subject.unit.unit {
                if isEdited { return objects.isEmpty || objects == [object.id] }
                isEdited = true
                try await subject.edit(object)
            }
            return false
        }
        expect(seen, "an edit was not reported, or as something else")
    }
}

extension TargetDriverConformance.Subject {
    fileprivate func compare(
        _ object: DesiredObject, _ depth: ComparisonDepth = .content, of unit: UnitContext? = nil
    ) async throws -> Comparison {
        let comparisons = try await driver.compare(
            [object], within: [object], of: unit ?? self.unit, depth: depth, contents: MemoryTree())
        return comparisons[object.id] ?? .refused("no answer")
    }

    fileprivate func claim(_ objects: [DesiredObject]) -> Inventory {
        Inventory(
            entries: Dictionary(
                objects.map { ($0.id, Inventory.Entry(uid: driver.uid(of: $0), applied: nil, wave: $0.wave)) },
                uniquingKeysWith: { first, _ in first }))
    }

    fileprivate func item(_ action: Change.Action, _ object: DesiredObject) -> WaveOrder.Item {
        WaveOrder.Item(
            change: Change(object: object.id, uid: driver.uid(of: object), action: action, wave: object.wave),
            desired: action == .create || action == .update ? object : nil)
    }

    /// One change alone, claimed before as the engine would.
    fileprivate func carryOut(
        _ action: Change.Action, _ object: DesiredObject, of unit: UnitContext? = nil, claiming: Bool = true
    ) async throws -> Outcome.Result? {
        let unit = unit ?? self.unit
        if claiming { try await driver.store(claim([object]), of: unit) }
        let isDesired = action == .create || action == .update
        let order = WaveOrder(
            number: 0, items: [item(action, object)], context: isDesired ? [object] : [], contents: MemoryTree())
        return try await driver.carryOut(order, of: unit).first?.result
    }
}

extension Comparison {
    fileprivate var isDifference: Bool { if case .differs = self { true } else { false } }
}
