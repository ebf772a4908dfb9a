// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// Why a unit renders to what it does: who set what decides it, and what each override changed.
package struct RenderExplanation: Sendable, Hashable {
    /// One field of the application that decides how it is rendered.
    package struct Setting: Sendable, Hashable {
        /// `kustomize.replicas.web`
        package var field: Text
        package var value: Value
        /// `projects/shop/web.yaml:12`
        package var place: Text
        /// What it was set over, the first one first.
        package var over: [Text]

        package init(field: Text, value: Value, place: Text, over: [Text] = []) {
            self.field = field
            self.value = value
            self.place = place
            self.over = over
        }
    }

    /// What one override made of one object; of several that changed a field, the last one tells it.
    package struct Effect: Sendable, Hashable {
        package var object: ObjectID
        package var field: FieldDifference
        /// Of the override.
        package var place: Text

        package init(object: ObjectID, field: FieldDifference, place: Text) {
            self.object = object
            self.field = field
            self.place = place
        }
    }

    package var unit: UnitID
    package var version: Version
    /// `kustomize`
    package var kind: Text
    package var settings: [Setting]
    package var effects: [Effect]
    package var notes: [Text]

    package init(
        unit: UnitID, version: Version, kind: Text, settings: [Setting], effects: [Effect], notes: [Text] = []
    ) {
        self.unit = unit
        self.version = version
        self.kind = kind
        self.settings = settings
        self.effects = effects
        self.notes = notes
    }
}

extension RenderExplanation: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        self.init(
            unit: try fields.required("unit"), version: try fields.required("version"),
            kind: try fields.required("kind"), settings: try fields.list("settings"),
            effects: try fields.list("effects"), notes: try fields.list("notes"))
    }

    package var wire: Value {
        .fields([
            "unit": unit.wire, "version": version.wire, "kind": kind.wire, "settings": settings.wire,
            "effects": effects.wire, "notes": notes.wireUnlessEmpty,
        ])
    }
}

extension RenderExplanation.Setting: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        self.init(
            field: try fields.required("field"), value: try fields.required("value"),
            place: try fields.required("place"), over: try fields.list("over"))
    }

    package var wire: Value {
        .fields(["field": field.wire, "value": value.wire, "place": place.wire, "over": over.wireUnlessEmpty])
    }
}

extension RenderExplanation.Effect: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        self.init(
            object: try fields.required("object"), field: try fields.required("field"),
            place: try fields.required("place"))
    }

    package var wire: Value { .fields(["object": object.wire, "field": field.wire, "place": place.wire]) }
}
