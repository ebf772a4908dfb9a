// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Engine
import Fleet
import Manifest
import Model
import Rendering

extension Content {
    struct Explained {
        var kind = RenderKind.plain
        var notes: [Text] = []
        /// Knows what of the settings ends up in secret places.
        var disclosure = SettingDisclosure()
        fileprivate var noted: [Noted] = []

        var effects: [RenderExplanation.Effect] {
            noted.map { RenderExplanation.Effect(object: $0.object, field: $0.shown, place: $0.place) }
        }
    }

    /// What an override changed. What is secret decides whether it changed something, and is not shown.
    fileprivate struct Noted {
        var object: ObjectID
        var field: FieldDifference
        var shown: FieldDifference
        var place: Text
    }

    /// Renders a unit once more for each override, and tells what each one changed. Nothing of it is kept.
    func explain(
        _ unit: UnitID, at version: Version, _ layers: [RenderLayer]
    ) async throws(ContentError) -> Explained {
        let declared = try find(unit).spec
        var explained = Explained()
        var objects: [ObjectID: Value]?
        for (index, layer) in layers.enumerated() {
            do throws(ContentError) {
                var spec = layer.spec
                spec.charts = declared.rendering.charts
                let output = try await output(of: unit, spec, at: version)
                explained.kind = output.kind
                explained.notes = output.notes
                for object in output.objects { explained.disclosure.note(object.manifest) }
                let rendered = Dictionary(output.objects.map { ($0.id, $0.manifest) }) { first, _ in first }
                if let objects { explained.note(objects, rendered, by: layer.place) }
                objects = rendered
            } catch {
                // What only the overrides make whole is told from there on.
                if index == layers.count - 1 { throw error }
            }
        }
        return explained
    }
}

extension Content.Explained {
    fileprivate mutating func note(_ old: [ObjectID: Value], _ new: [ObjectID: Value], by place: Text) {
        for id in Set(old.keys).union(new.keys).sorted() {
            let fields: [FieldDifference] =
                switch (old[id], new[id]) {
                case (let before?, let after?): before.differences(to: after)
                case (let before, let after): [FieldDifference(path: FieldPath(), old: before, new: after)]
                }
            for field in fields {
                var noted = Content.Noted(
                    object: id, field: field,
                    shown: FieldDifference(
                        path: field.path, old: field.old.flatMap { old[id]?.hidingSecrets(in: $0, at: field.path) },
                        new: field.new.flatMap { new[id]?.hidingSecrets(in: $0, at: field.path) }), place: place)
                if let earlier = self.noted.firstIndex(where: { $0.object == id && $0.field.path == field.path }) {
                    let earlier = self.noted.remove(at: earlier)
                    (noted.field.old, noted.shown.old) = (earlier.field.old, earlier.shown.old)
                }
                if noted.field.old != noted.field.new { self.noted.append(noted) }
            }
        }
    }
}
