// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// What one unit renders to.
package struct RenderedUnit: Sendable, Hashable {
    package struct Item: Sendable, Hashable {
        package var object: ObjectID
        package var wave: Int
        /// Where it is declared: `web/site.yaml:12`.
        package var origin: Text
        package var manifest: Value

        package init(object: ObjectID, wave: Int, origin: Text, manifest: Value) {
            self.object = object
            self.wave = wave
            self.origin = origin
            self.manifest = manifest
        }
    }

    package var unit: UnitID
    package var version: Version
    package var renderDigest: Digest
    package var items: [Item]

    package init(unit: UnitID, version: Version, renderDigest: Digest, items: [Item]) {
        self.unit = unit
        self.version = version
        self.renderDigest = renderDigest
        self.items = items
    }
}

extension RenderedUnit: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        self.init(
            unit: try fields.required("unit"), version: try fields.required("version"),
            renderDigest: try fields.required("renderDigest"), items: try fields.list("items"))
    }

    package var wire: Value {
        .fields([
            "unit": unit.wire, "version": version.wire, "renderDigest": renderDigest.wire, "items": items.wire,
        ])
    }
}

extension RenderedUnit.Item: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        self.init(
            object: try fields.required("object"), wave: try fields.optional("wave") ?? 0,
            origin: try fields.optional("origin") ?? "", manifest: try fields.required("manifest"))
    }

    package var wire: Value {
        .fields([
            "object": object.wire, "wave": wave.wire, "origin": origin.wireUnlessEmpty, "manifest": manifest.wire,
        ])
    }
}
