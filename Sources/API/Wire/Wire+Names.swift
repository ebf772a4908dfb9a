// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

extension Name: Wire {
    package init(wire: Value) throws(WireError) {
        let text = try Text(wire: wire)
        do {
            try self.init(validating: text)
        } catch {
            throw WireError(reason: "is wrong: \(error)")
        }
    }

    package var wire: Value { .string(text) }
}

extension UnitID: Wire {
    package init(wire: Value) throws(WireError) {
        guard let unit = wire.stringValue.flatMap(UnitID.init(parsing:)) else {
            throw .expected("a unit such as acme/web@prod", in: wire)
        }
        self = unit
    }

    package var wire: Value { .string(Text(description)) }
}

extension ObjectID: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        self.init(
            group: try fields.optional("group") ?? "",
            kind: try fields.required("kind"),
            namespace: try fields.optional("namespace") ?? "",
            name: try fields.required("name"))
    }

    package var wire: Value {
        .fields([
            "group": group.wireUnlessEmpty, "kind": kind.wire, "namespace": namespace.wireUnlessEmpty,
            "name": name.wire,
        ])
    }
}

extension CommitID: Wire {
    package init(wire: Value) throws(WireError) {
        guard let commit = wire.stringValue.flatMap({ CommitID(hex: $0.string) }) else {
            throw .expected("a full commit id", in: wire)
        }
        self = commit
    }

    package var wire: Value { .string(Text(hex)) }
}

extension Version: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        self.init(
            fleet: try fields.optional("fleet"), source: try fields.optional("source"),
            secrets: wire["secrets"]?.textsByName ?? [:], bases: wire["bases"]?.commitsByName ?? [:])
    }

    package var wire: Value {
        .fields([
            "fleet": fleet?.wire, "source": source?.wire,
            "secrets": secrets.isEmpty ? nil : Value(byName: secrets),
            "bases": bases.isEmpty ? nil : Value(byName: bases),
        ])
    }
}

extension SyncState: Wire {
    package init(wire: Value) throws(WireError) { self = try readCase(wire) }
    package var wire: Value { .string(Text(rawValue)) }
}

extension HealthReport: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        self.init(
            try readCase(try fields.required("state", as: Value.self)),
            reason: (try fields.optional("reason", as: Text.self))?.string ?? "")
    }

    package var wire: Value {
        .fields(["state": .string(Text(health.rawValue)), "reason": Text(reason).wireUnlessEmpty])
    }
}

extension Actor: Wire {
    package init(wire: Value) throws(WireError) { self.init(try Text(wire: wire)) }
    package var wire: Value { text.wire }
}
