// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Fleet
package import Manifest
package import Model

/// Everything the engine asks of a target. One driver serves one target.
///
/// A driver keeps no decision of its own: what to do comes from a plan. It never touches an object that the order
/// does not name. Each implementation passes the conformance suite in `TestSupport`.
package protocol TargetDriver: Sendable {
    /// What charts may ask of the target, as it says itself now; `nil` of one that has nothing to say. Changes nothing.
    ///
    /// - Parameter known: what it said before, which stands for parts that do not answer now.
    func capabilities(since known: Capabilities?) async throws(TargetError) -> Capabilities?

    /// So many units may run on it at the same time; `nil` leaves it to the engine. More where a run mostly waits for
    /// somebody else's machine.
    var runsAtOnce: Int? { get }

    /// Checks everything that can be known before anything is done: the schema of each kind, and whether the project
    /// may touch the object (on hosts after links are resolved). Changes nothing.
    func admit(_ objects: [DesiredObject], of unit: UnitContext) async throws(TargetError) -> [Refusal]

    /// The ``Inventory/Entry/uid`` that an object will have, where it is known before the apply: the path of a host's
    /// file; what was found there when the object was compared last. Deletions name the object by it: there is no
    /// desired object then. Empty otherwise.
    func uid(of object: DesiredObject) -> Text

    /// Whether deleting an object takes more along than the object, so that it always waits for a person.
    func isProtected(_ object: ObjectID) -> Bool

    /// Who changed what was found other than desired when it was compared last: `alice as root (sed, process 4711)`;
    /// `nil` where the target cannot tell. Never a guess.
    func whoChanged(_ object: DesiredObject) -> Text?

    /// Whether an object is what others of its unit are a kind of, or lie in: it is written before all of them whatever
    /// its wave, and deleted after them.
    func isFoundation(_ object: ObjectID) -> Bool

    /// How the live objects stand to the desired ones; every object that was asked for has an answer. Objects of
    /// `context`, a superset of `objects`, are what the answer may depend on (a service reloads when a file changes).
    /// `contents` is read only to show a small difference as text. Changes nothing.
    func compare(
        _ objects: [DesiredObject], within context: [DesiredObject], of unit: UnitContext, depth: ComparisonDepth,
        contents: any BlobReader
    ) async throws(TargetError) -> [ObjectID: Comparison]

    /// How content stands, by what the driver remembers of it: the same answer that a comparison of all its objects would
    /// give, or doubt. Content is remembered with what admission went by; where that is another now, it is unknown.
    /// Changes nothing.
    func standing(
        of render: Digest, in unit: UnitContext, depth: ComparisonDepth
    ) async throws(TargetError) -> Standing

    /// Whether it keeps what it is given to remember. One that does not need not be asked how content stands.
    var remembersContent: Bool { get }

    /// Remembers content, all of which was just admitted and stands, instead of what was remembered for the unit
    /// before. It may forget it at any time.
    func remember(_ objects: [DesiredObject], as render: Digest, of unit: UnitContext) async throws(TargetError)

    /// Carries out one wave and answers for every change in it. The failure of one object is its outcome, not an
    /// error; what is thrown concerns the target as a whole. What was done is durable when this returns.
    func carryOut(_ order: WaveOrder, of unit: UnitContext) async throws(TargetError) -> [Outcome]

    /// Takes over from others what they have applied of these objects, so that it goes when Git names it no more. Their
    /// values stay as they are. Answers for those of which there was something to take over.
    ///
    /// - Parameters:
    ///   - managers: from whom; empty for those that are known to bring what somebody declares.
    ///   - isDry: nothing is changed.
    func adopt(
        _ objects: [DesiredObject], from managers: Set<Text>, isDry: Bool, of unit: UnitContext
    ) async throws(TargetError) -> [Adoption]

    /// Who holds each field in which live objects are other than desired, as far as the target records that; an object
    /// that is not there, or of which it records nothing, is left out. Changes nothing.
    func owners(
        of objects: [DesiredObject], in unit: UnitContext
    ) async throws(TargetError) -> [ObjectID: [FieldOwners]]

    /// The live objects of an inventory and what they own, read for people who look now: within a budget, not watched,
    /// not kept. What cannot be read is a remark. Changes nothing.
    func tree(of inventory: Inventory, in unit: UnitContext) async throws(TargetError) -> ObjectTree

    /// What people should know of how a unit is looked after here, in whole sentences without their full stops; ordered.
    /// Cheap: it is asked of every unit whenever somebody looks.
    func remarks(on unit: UnitID) -> [Text]

    /// Whether there may be something to say of any unit. Where not, none is asked about.
    var hasRemarks: Bool { get }

    /// What the target would have against writing these objects, which were compared just before; it stores nothing.
    /// Objects of `context` are what will be there by then.
    func rehearse(
        _ objects: [DesiredObject], within context: [DesiredObject], of unit: UnitContext
    ) async throws(TargetError) -> [Refusal]

    /// The health of live objects.
    func health(of objects: [DesiredObject], in unit: UnitContext) async throws(TargetError) -> [ObjectID: HealthReport]

    /// The same of objects whose time is up: the reasons also tell what keeps those from being well that are not, as far as
    /// the target can find out. May cost more; it is not asked again and again.
    func explainedHealth(
        of objects: [DesiredObject], in unit: UnitContext
    ) async throws(TargetError) -> [ObjectID: HealthReport]

    /// Keeps a compact inventory in the target itself, durable when this returns, so that it survives the loss of
    /// the state folder. Also the claim: other units of the target are checked against it. Entries with a digest were
    /// applied before, so the target has known them: by these a driver sees that its own record was lost.
    func store(_ inventory: Inventory, of unit: UnitContext) async throws(TargetError)

    /// Nothing is the unit's any more: takes its claim back on what is named here and on what the target's own inventory
    /// names, and then forgets that. Objects stay as they are, and those that are gone are no failure.
    func release(_ inventory: Inventory, of unit: UnitContext) async throws(TargetError)

    /// Units of a fleet of which the target holds an inventory, as far as these limits reach. Changes nothing.
    func inventoriedUnits(of fleet: FleetName, within limits: Grant) async throws(TargetError) -> Set<UnitID>

    /// `nil` when the target holds none for the unit.
    func storedInventory(of unit: UnitContext) async throws(TargetError) -> Inventory?

    /// Finishes or undoes what a killed process left half done (temporary files, interrupted package runs). Called
    /// once before anything else.
    func recover() async throws(TargetError)

    /// Tells which objects to watch from now on for a unit, replacing what was told before; none to stop. Changes
    /// arrive at the sink given to ``watch(_:)``.
    ///
    /// - Returns: whether any of them may have changed unseen since it was compared or written, because nobody watched
    ///   it: then somebody has to look again.
    @discardableResult
    func setWatched(_ objects: [DesiredObject], of unit: UnitContext) async throws(TargetError) -> Bool

    /// Watches until cancelled. What happened before it began is not known, so it begins by reporting each unit that is
    /// watched already. A driver that cannot watch returns at once and is only audited.
    func watch(_ sink: WatchSink) async throws(TargetError)
}

extension TargetDriver {
    package func inventoriedUnits(
        of fleet: FleetName, within limits: Grant
    ) async throws(TargetError) -> Set<UnitID> { [] }

    package func release(_ inventory: Inventory, of unit: UnitContext) async throws(TargetError) {
        try await store(Inventory(), of: unit)
    }

    package var runsAtOnce: Int? { nil }

    package func isProtected(_ object: ObjectID) -> Bool { false }

    package func remarks(on unit: UnitID) -> [Text] { [] }
    package var hasRemarks: Bool { false }

    package func whoChanged(_ object: DesiredObject) -> Text? { nil }

    package func isFoundation(_ object: ObjectID) -> Bool { false }

    package func rehearse(
        _ objects: [DesiredObject], within context: [DesiredObject], of unit: UnitContext
    ) async throws(TargetError) -> [Refusal] { [] }

    package func adopt(
        _ objects: [DesiredObject], from managers: Set<Text>, isDry: Bool, of unit: UnitContext
    ) async throws(TargetError) -> [Adoption] {
        throw TargetError(reason: "there is nobody to take objects over from on such a target", isTransient: false)
    }

    package func owners(
        of objects: [DesiredObject], in unit: UnitContext
    ) async throws(TargetError) -> [ObjectID: [FieldOwners]] { [:] }

    package func explainedHealth(
        of objects: [DesiredObject], in unit: UnitContext
    ) async throws(TargetError) -> [ObjectID: HealthReport] { try await health(of: objects, in: unit) }

    package func tree(of inventory: Inventory, in unit: UnitContext) async throws(TargetError) -> ObjectTree {
        ObjectTree(of: inventory)
    }

    package func capabilities(since known: Capabilities?) async throws(TargetError) -> Capabilities? { nil }

    package func standing(
        of render: Digest, in unit: UnitContext, depth: ComparisonDepth
    ) async throws(TargetError) -> Standing { .untold }

    package var remembersContent: Bool { false }

    package func remember(
        _ objects: [DesiredObject], as render: Digest, of unit: UnitContext
    ) async throws(TargetError) {}
}

/// How much a comparison trusts.
package enum ComparisonDepth: Sendable, Hashable {
    /// As ``metadata``; and what nobody has ever seen may be taken to be absent without a look, where the driver makes
    /// sure of it when it creates the object.
    case presumed
    /// Metadata that stands as it was recorded means content that stands (size, times, inode).
    case metadata
    /// Contents are read.
    case content
}

/// One wave of a sync.
package struct WaveOrder: Sendable {
    package struct Item: Sendable {
        package var change: Change
        /// `nil` for a deletion.
        package var desired: DesiredObject?

        package init(change: Change, desired: DesiredObject?) {
            self.change = change
            self.desired = desired
        }
    }

    package var number: Int
    package var items: [Item]
    /// All desired objects of the unit, which those of the wave may name.
    package var context: [DesiredObject]
    /// Contents of the source.
    package var contents: any BlobReader

    package init(number: Int, items: [Item], context: [DesiredObject], contents: any BlobReader) {
        self.number = number
        self.items = items
        self.context = context
        self.contents = contents
    }
}

/// An object that may not be applied, and why.
package struct Refusal: Sendable, Hashable {
    package var object: ObjectID
    package var reason: Text

    package init(object: ObjectID, reason: Text) {
        self.object = object
        self.reason = reason
    }
}

/// Where a watching driver reports. Calls are cheap, never block, and are folded: the queue holds each unit once.
package struct WatchSink: Sendable {
    /// Some objects of a unit may have changed. An empty set means that any may have (an overflow).
    package var changed: @Sendable (UnitID, Set<ObjectID>) -> Void

    package init(changed: @escaping @Sendable (UnitID, Set<ObjectID>) -> Void) {
        self.changed = changed
    }
}

/// A target as a whole failed.
package struct TargetError: Error, Sendable, Hashable, CustomStringConvertible {
    package var reason: Text
    /// Whether trying again later can help without a change in Git.
    package var isTransient: Bool

    package init(reason: Text, isTransient: Bool) {
        self.reason = reason
        self.isTransient = isTransient
    }

    package var description: String { reason.string }
}
