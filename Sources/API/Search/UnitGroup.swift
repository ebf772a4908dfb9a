// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// How units stand together that share something: an application, a target, a project.
package struct UnitGroup: Sendable, Hashable {
    package enum Sharing: Sendable { case application, target, project }

    package var name: Text
    package var units = 0
    package var sync: [SyncState: Int] = [:]
    package var health: [Health: Int] = [:]
    package var attention = 0
    package var synced: Time?
    /// Applications of a target; targets of an application, or of a project.
    package var others: Set<Text> = []

    package init(name: Text) { self.name = name }

    /// Not well.
    package var ill: Int { health[.degraded, default: 0] + health[.missing, default: 0] }

    /// In no order.
    package static func groups(_ units: some Sequence<UnitStatus>, by sharing: Sharing) -> [UnitGroup] {
        var groups: [Text: UnitGroup] = [:]
        for unit in units {
            let key = name(unit, sharing)
            groups[key, default: UnitGroup(name: key)].add(unit, sharing)
        }
        return Array(groups.values)
    }

    package static func ordered(_ groups: [UnitGroup], by order: UnitQuery.Order) -> [UnitGroup] {
        switch order {
        case .attention: groups.sorted { ($0.attention, $1.name) > ($1.attention, $0.name) }
        case .name: groups.sorted { $0.name < $1.name }
        case .synced:
            groups.sorted { one, other in
                let (left, right) = (one.synced?.nanoseconds ?? .min, other.synced?.nanoseconds ?? .min)
                return (left, other.name) > (right, one.name)
            }
        }
    }

    /// - Parameter words: in lower case.
    package func isFound(by words: [[UInt8]]) -> Bool {
        words.allSatisfy { word in
            Bytes.occurs(word, in: name) || others.contains { Bytes.occurs(word, in: $0) }
        }
    }

    static func name(_ unit: UnitStatus, _ sharing: Sharing) -> Text {
        switch sharing {
        case .application: unit.unit.application.text
        case .target: unit.unit.target.text
        case .project: unit.project.text
        }
    }

    private mutating func add(_ unit: UnitStatus, _ sharing: Sharing) {
        units += 1
        sync[unit.shownState, default: 0] += 1
        health[unit.health.health, default: 0] += 1
        attention = max(attention, unit.attention)
        if let time = unit.lastSync?.time { synced = max(synced ?? time, time) }
        others.insert(sharing == .target ? unit.unit.application.text : unit.unit.target.text)
    }
}
