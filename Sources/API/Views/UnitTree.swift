// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// The live objects of one unit, down to Pods.
package struct UnitTree: Sendable, Hashable {
    package var unit: UnitID
    package var tree: ObjectTree

    package init(unit: UnitID, tree: ObjectTree) {
        self.unit = unit
        self.tree = tree
    }
}

extension UnitTree: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        self.init(
            unit: try fields.required("unit"),
            tree: ObjectTree(items: try fields.list("items"), remarks: try fields.list("remarks")))
    }

    package var wire: Value {
        .fields(["unit": unit.wire, "items": tree.items.wire, "remarks": tree.remarks.wireUnlessEmpty])
    }
}

extension ObjectTree.Node: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        self.init(
            object: try fields.required("object"), health: try fields.optional("health"),
            containers: try fields.list("containers"), owned: try fields.list("owned"))
    }

    package var wire: Value {
        .fields([
            "object": object.wire, "health": health?.wire, "containers": containers.wireUnlessEmpty,
            "owned": owned.wireUnlessEmpty,
        ])
    }
}

extension ObjectTree.Container: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        self.init(
            name: try fields.required("name"), state: try fields.required("state"),
            isReady: try fields.required("ready"), restarts: try fields.required("restarts"),
            reason: try fields.optional("reason") ?? "")
    }

    package var wire: Value {
        .fields([
            "name": name.wire, "state": state.wire, "ready": isReady.wire, "restarts": restarts.wire,
            "reason": reason.wireUnlessEmpty,
        ])
    }
}

extension ObjectTree.Container.State: Wire {
    package init(wire: Value) throws(WireError) { self = try readCase(wire) }
    package var wire: Value { .string(Text(rawValue)) }
}
