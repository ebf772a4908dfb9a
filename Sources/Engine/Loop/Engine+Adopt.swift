// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

extension Engine {
    /// Takes over what others have applied of a unit's objects; the next sync makes them what Git says.
    ///
    /// - Parameter actor: on record as who wanted it.
    package func adopt(
        _ unit: UnitID, from managers: Set<Text>, isDry: Bool, reason: Text, by actor: Actor
    ) async throws -> [Adoption] {
        let (entry, driver) = try find(unit)
        guard let version = entry.managed.newest else { throw ContentError("\(unit) left the fleet") }
        let rendered = try await content.render(unit, at: version)
        try await note(rendered, of: entry, isPart: false)
        let context = entry.managed.context
        let refusals = try await driver.admit(rendered.all, of: context)
        if let refusal = refusals.first { throw ContentError("refused: \(refusal.object): \(refusal.reason)") }
        let adoptions = try await driver.adopt(rendered.objects, from: managers, isDry: isDry, of: context)
            .sorted { $0.object < $1.object }
        let taken = adoptions.filter { $0.refusal.isEmpty }
        if !isDry, !taken.isEmpty {
            let managers = Set(taken.flatMap(\.managers)).sorted()
            let adopted = Adopted(objects: taken.map(\.object), managers: managers, reason: reason)
            try await act([adopted.draft(of: unit, by: actor)], then: nil)
        }
        return adoptions
    }
}
