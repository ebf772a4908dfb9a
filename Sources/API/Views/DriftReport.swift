// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// How the live objects of one unit stand to what was applied.
package struct DriftReport: Sendable, Hashable {
    package struct Item: Sendable, Hashable {
        package var object: ObjectID
        /// The live object is gone.
        package var isAbsent: Bool
        /// The object stands as applied; the fields are what others have put in, which nobody takes out.
        package var isAddition: Bool
        /// `old` is what is live, `new` what was applied.
        package var fields: [FieldDifference]
        /// Who or what changed it, where the target knows.
        package var cause: Text?
        /// Who holds which field, as the target records it; `nil` where nobody asked.
        package var owners: [FieldOwners]?

        package init(
            object: ObjectID, isAbsent: Bool = false, isAddition: Bool = false, fields: [FieldDifference] = [],
            cause: Text? = nil, owners: [FieldOwners]? = nil
        ) {
            self.object = object
            self.isAbsent = isAbsent
            self.isAddition = isAddition
            self.fields = fields
            self.cause = cause
            self.owners = owners
        }
    }

    package var unit: UnitID
    /// What is applied; `nil` before the first sync.
    package var version: Version?
    /// Objects that differ or have additions, ordered by identity; empty when all is as it was applied.
    package var items: [Item]
    /// Why the comparison is not complete.
    package var problems: [Problem]

    package init(unit: UnitID, version: Version? = nil, items: [Item] = [], problems: [Problem] = []) {
        self.unit = unit
        self.version = version
        self.items = items
        self.problems = problems
    }
}

extension DriftReport: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        self.init(
            unit: try fields.required("unit"),
            version: try fields.optional("version"),
            items: try fields.list("items"),
            problems: try fields.list("problems"))
    }

    package var wire: Value {
        .fields([
            "unit": unit.wire, "version": version?.wire, "items": items.wire, "problems": problems.wireUnlessEmpty,
        ])
    }
}

extension DriftReport.Item: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        self.init(
            object: try fields.required("object"),
            isAbsent: try fields.optional("absent") ?? false,
            isAddition: try fields.optional("addition") ?? false,
            fields: try fields.list("fields"),
            cause: try fields.optional("cause"),
            owners: fields.raw("owners") == nil ? nil : try fields.list("owners"))
    }

    package var wire: Value {
        .fields([
            "object": object.wire, "absent": isAbsent ? true : nil, "addition": isAddition ? true : nil,
            "fields": fields.wireUnlessEmpty, "cause": cause?.wire, "owners": owners?.wire,
        ])
    }
}

extension FieldOwners: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        self.init(path: try fields.required("path"), owners: try fields.list("owners"))
    }

    package var wire: Value { .fields(["path": path.wire, "owners": owners.wire]) }
}

extension FieldOwners.Owner: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        self.init(
            manager: try fields.required("manager"), isApply: try fields.optional("apply") ?? false,
            time: try fields.optional("time") ?? "", subresource: try fields.optional("subresource") ?? "")
    }

    package var wire: Value {
        .fields([
            "manager": manager.wire, "apply": isApply.wire, "time": time.wireUnlessEmpty,
            "subresource": subresource.wireUnlessEmpty,
        ])
    }
}
