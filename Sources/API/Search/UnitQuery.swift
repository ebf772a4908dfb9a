// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// A part of the units: those that fit, ordered, and cut to a page.
package struct UnitQuery: Sendable, Hashable {
    package enum Order: String, Sendable, Hashable, CaseIterable {
        /// What needs a person first, then by name.
        case attention
        case name
        /// What was synced last first.
        case synced
    }

    /// All must occur somewhere in what is known of a unit.
    package var words: [Text]
    package var project: Text?
    package var application: Text?
    package var target: Text?
    package var labels: [UnitLabel]
    package var sync: Set<SyncState>
    package var health: Set<Health>
    package var order: Order
    /// Units before the page.
    package var offset: Int
    /// Units on the page; 0 for the counts alone.
    package var limit: Int

    package static let mostWords = 10
    package static let mostLabels = 10
    package static let limits = 0...1000

    package init(
        words: [Text] = [], project: Text? = nil, application: Text? = nil, target: Text? = nil,
        labels: [UnitLabel] = [], sync: Set<SyncState> = [], health: Set<Health> = [], order: Order = .attention,
        offset: Int = 0, limit: Int = 100
    ) {
        self.words = words
        self.project = project
        self.application = application
        self.target = target
        self.labels = labels
        self.sync = sync
        self.health = health
        self.order = order
        self.offset = offset
        self.limit = limit
    }

    var condition: UnitCondition {
        UnitCondition(
            words: words, project: project, application: application, target: target, labels: labels, sync: sync,
            health: health)
    }
}

extension UnitQuery: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        var (sync, health): (Set<SyncState>, Set<Health>) = ([], [])
        for state in try fields.list("sync", of: Value.self) { sync.insert(try readCase(state, inside: "sync")) }
        for state in try fields.list("health", of: Value.self) { health.insert(try readCase(state, inside: "health")) }
        var order = Order.attention
        if let said = try fields.optional("order", as: Value.self) { order = try readCase(said, inside: "order") }
        self.init(
            words: try fields.list("q", of: Text.self).flatMap(Self.words),
            project: try fields.optional("project"), application: try fields.optional("application"),
            target: try fields.optional("target"), labels: try fields.list("label"), sync: sync, health: health,
            order: order,
            offset: try fields.optional("offset") ?? 0, limit: try fields.optional("limit") ?? 100)
        guard words.count <= Self.mostWords else { throw .refused("q", "holds more than \(Self.mostWords) words") }
        guard labels.count <= Self.mostLabels else {
            throw .refused("label", "comes more than \(Self.mostLabels) times")
        }
        guard offset >= 0 else { throw .refused("offset", "must be at least 0") }
        guard Self.limits.contains(limit) else { throw .refused("limit", "must be between 0 and 1000") }
    }

    package var wire: Value {
        .fields([
            "q": words.wireUnlessEmpty, "project": project?.wire, "application": application?.wire,
            "target": target?.wire, "label": labels.wireUnlessEmpty,
            "sync": sync.map { Text($0.rawValue) }.sorted().wireUnlessEmpty,
            "health": health.map { Text($0.rawValue) }.sorted().wireUnlessEmpty,
            "order": .string(Text(order.rawValue)), "offset": offset.wire, "limit": limit.wire,
        ])
    }

    /// What is asked for in one text.
    package static func words(_ text: Text) -> [Text] {
        text.utf8.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }.compactMap { Text(utf8: $0) }
    }
}

private func readCase<Case: RawRepresentable<String> & CaseIterable>(
    _ wire: Value, inside key: Text
) throws(WireError) -> Case {
    do { return try readCase(wire) } catch { throw error.inside(.key(key)) }
}

extension WireError {
    fileprivate static func refused(_ key: Text, _ reason: String) -> WireError {
        WireError(path: FieldPath([.key(key)]), reason: reason)
    }
}
