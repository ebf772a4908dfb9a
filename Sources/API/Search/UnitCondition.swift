// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// Which units are meant, by what is known of them. What is not said does not limit.
package struct UnitCondition: Sendable {
    private let search: UnitSearch?
    private let project: Text?
    private let application: Text?
    private let target: Text?
    private let labels: [UnitLabel]
    private let sync: Set<SyncState>
    private let health: Set<Health>

    /// - Parameters:
    ///   - words: all must occur somewhere in what is known of a unit.
    ///   - labels: the application or the target must have each of them.
    package init(
        words: [Text] = [], project: Text? = nil, application: Text? = nil, target: Text? = nil,
        labels: [UnitLabel] = [], sync: Set<SyncState> = [], health: Set<Health> = []
    ) {
        search = words.isEmpty ? nil : UnitSearch(words)
        self.project = project
        self.application = application
        self.target = target
        self.labels = labels
        self.sync = sync
        self.health = health
    }

    /// All but the states.
    package func fits(_ unit: UnitStatus) -> Bool {
        if let project, project != unit.project.text { return false }
        if let application, application != unit.unit.application.text { return false }
        if let target, target != unit.unit.target.text { return false }
        if !labels.allSatisfy({ unit.labels.has($0.name, $0.value) }) { return false }
        return search?.finds(unit) ?? true
    }

    /// The states alone.
    package func fits(_ state: SyncState, _ health: Health) -> Bool {
        (sync.isEmpty || sync.contains(state)) && (self.health.isEmpty || self.health.contains(health))
    }
}

/// `team=shop`: a label that is asked for.
package struct UnitLabel: Sendable, Hashable {
    package var name: Text
    package var value: Text

    private static let longest = 200

    /// `nil` for what is no label.
    package init?(_ text: Text) {
        let parts = text.utf8.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, text.utf8.count <= Self.longest, let name = Text(utf8: parts[0]), !name.isEmpty,
            let value = Text(utf8: parts[1])
        else { return nil }
        self.name = name
        self.value = value
    }
}

extension UnitLabel: CustomStringConvertible {
    package var description: String { "\(name)=\(value)" }
}

extension UnitLabel: Wire {
    package init(wire: Value) throws(WireError) {
        guard let label = wire.stringValue.flatMap(UnitLabel.init) else {
            throw .expected("a label such as team=shop", in: wire)
        }
        self = label
    }

    package var wire: Value { .string(Text(description)) }
}
