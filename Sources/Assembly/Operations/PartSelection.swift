// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Engine
import Manifest
import Model

/// What people name, found in the units that they mean. Pure.
enum PartSelection {
    /// What to do in each of the units that have something of it; all of them where nothing is named.
    static func read(
        _ request: PartRequest, in units: [(unit: UnitID, names: Engine.Names)]
    ) throws(APIError) -> [UnitID: SyncPart] {
        var parts: [UnitID: SyncPart] = [:]
        var unmatched = request.only
        for (unit, names) in units {
            let objects = names.objects.filter { object in request.only.contains { $0.matches(object) } }
            unmatched.removeAll { pattern in objects.contains(where: pattern.matches) }
            guard !objects.isEmpty else { continue }
            parts[unit] = SyncPart(objects: objects, pruned: request.isPruning ? objects : [])
        }
        guard let first = unmatched.first else { return parts }
        if let hook = units.flatMap(\.names.hooks).sorted().first(where: first.matches) {
            throw APIError(.invalid, "\(hook) is a hook", advice: "hooks run when the whole unit is synced")
        }
        throw APIError(
            .notFound, "\(Text(first.description)) names no object of \(words(for: units.map(\.unit)))",
            advice: advice(for: first, among: units.flatMap(\.names.objects)))
    }

    private static func words(for units: [UnitID]) -> Text {
        guard units.count > 1, let first = units.first else { return units.first.map { "\($0)" } ?? "any unit" }
        return "\(first) or \(units.count - 1) more"
    }

    /// Objects that somebody may have meant: of that kind, or of that name.
    private static func advice(for pattern: ObjectPattern, among objects: [ObjectID]) -> Text {
        let bare = pattern.name.utf8.split(separator: UInt8(ascii: "/")).last.flatMap { Text(utf8: $0) }
        var byKind = pattern
        byKind.name = "*"
        let near = Set(objects.filter { $0.name == bare || byKind.matches($0) }).sorted().prefix(5)
        guard !near.isEmpty else { return "trimtab render shows what a unit has" }
        return "there is \(Text(near.map(\.description).joined(separator: ", ")))"
    }
}
