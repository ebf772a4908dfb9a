// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Engine
import Fleet
import Manifest
import Model

extension LocalOperations {
    func explain(_ unit: UnitID, revision: Text?) async throws(APIError) -> RenderExplanation {
        let managed = try await find(unit).managed
        guard let (application, target) = await fleet.declaration(of: unit) else {
            throw APIError(.notFound, "\(unit) is not declared any more")
        }
        do {
            var version = managed.newest
            if let revision { version = try await self.version(revision, of: unit) }
            guard let version else { throw ContentError("\(unit) left the fleet") }
            let found = try await content.explain(unit, at: version, application.renderLayers(on: target))
            return RenderExplanation(
                unit: unit, version: version, kind: Text(found.kind.rawValue),
                settings: application.renderSettings(on: target).map { setting in
                    RenderExplanation.Setting(
                        field: Text("\(setting.field)"), value: found.disclosure.shown(setting), place: setting.place,
                        over: setting.over)
                }, effects: found.effects, notes: found.notes)
        } catch let error as APIError {
            throw error
        } catch {
            throw APIError(.failed, Text("\(error)"))
        }
    }
}
