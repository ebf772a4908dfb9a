// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

extension EventID: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        guard let incarnation = UInt32(exactly: try fields.required("incarnation", as: UInt64.self)) else {
            throw WireError(path: FieldPath([.key("incarnation")]), reason: "is too large")
        }
        self.init(
            writer: try fields.required("writer"), incarnation: incarnation,
            sequence: try fields.required("sequence"))
    }

    package var wire: Value {
        .fields(["writer": writer.wire, "incarnation": UInt64(incarnation).wire, "sequence": sequence.wire])
    }
}

extension Event: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        self.init(
            id: try fields.required("id"),
            time: try fields.required("time"),
            draft: EventDraft(
                kind: try readCase(try fields.required("kind", as: Value.self)),
                unit: try fields.optional("unit"),
                source: try fields.optional("source"),
                actor: try fields.required("actor"),
                payload: fields.raw("payload") ?? .null))
    }

    package var wire: Value {
        .fields([
            "id": id.wire, "time": time.wire, "kind": .string(Text(kind.rawValue)), "unit": unit?.wire,
            "source": draft.source?.wire, "actor": actor.wire, "payload": payload.wire,
        ])
    }
}
