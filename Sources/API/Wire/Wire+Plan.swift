// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

extension FieldPath: Wire {
    package init(wire: Value) throws(WireError) {
        guard let items = wire.arrayValue else { throw .expected("a list of keys and indices", in: wire) }
        var steps: [Step] = []
        for item in items {
            if let key = item.stringValue {
                steps.append(.key(key))
            } else {
                steps.append(.index(try Int(wire: item)))
            }
        }
        self.init(steps)
    }

    /// A list of keys and indices, which is also how jq writes a path.
    package var wire: Value {
        .array(
            steps.map { step in
                switch step {
                case .key(let key): key.wire
                case .index(let index): index.wire
                }
            })
    }
}

extension FieldDifference: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        self.init(path: try fields.required("path"), old: fields.raw("old"), new: fields.raw("new"))
    }

    /// An absent side has no key; null is a value.
    package var wire: Value { .fields(["path": path.wire, "old": old?.wire, "new": new?.wire]) }
}

extension Change: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        self.init(
            object: try fields.required("object"),
            action: try readCase(try fields.required("action", as: Value.self)),
            wave: try fields.optional("wave") ?? 0,
            fields: try fields.list("fields"))
    }

    package var wire: Value {
        .fields([
            "object": object.wire, "action": .string(Text(action.rawValue)), "wave": wave.wire,
            "fields": fields.wireUnlessEmpty,
        ])
    }
}

extension Plan: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        self.init(
            unit: try fields.required("unit"),
            renderDigest: try fields.required("renderDigest"),
            changes: try fields.list("changes"),
            digest: try fields.required("digest"),
            unpruned: try fields.list("unpruned"))
    }

    package var wire: Value {
        .fields([
            "unit": unit.wire, "digest": digest.wire, "renderDigest": renderDigest.wire, "changes": changes.wire,
            "unpruned": unpruned.wireUnlessEmpty,
        ])
    }
}

extension PlannedHook: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        self.init(
            object: try fields.required("object"),
            phase: try readCase(try fields.required("phase", as: Value.self)),
            weight: try fields.optional("weight") ?? 0)
    }

    package var wire: Value {
        .fields(["object": object.wire, "phase": .string(Text(phase.rawValue)), "weight": weight.wire])
    }
}

extension Outcome: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        let reason = try fields.optional("reason", as: Text.self) ?? ""
        let result: Result =
            switch try fields.required("result", as: Text.self) {
            case "done": .done
            case "unchanged": .unchanged
            case "failed": .failed(reason: reason)
            case "skipped": .skipped(reason: reason)
            default:
                throw WireError(
                    path: FieldPath([.key("result")]), reason: "must be one of done, unchanged, failed, skipped")
            }
        self.init(
            object: try fields.required("object"),
            action: try readCase(try fields.required("action", as: Value.self)),
            result: result)
    }

    package var wire: Value {
        let (word, reason): (Text, Text?) =
            switch result {
            case .done: ("done", nil)
            case .unchanged: ("unchanged", nil)
            case .failed(let reason): ("failed", reason)
            case .skipped(let reason): ("skipped", reason)
            }
        return .fields([
            "object": object.wire, "action": .string(Text(action.rawValue)), "result": word.wire,
            "reason": reason?.wire,
        ])
    }
}
