// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// One entry of `replicas`: how many pods the objects of a name run.
struct ReplicaChange {
    var name: Text
    var count: Int64
    var place: Place

    init(_ item: Field) throws(KustomizeError) {
        try self.init(try item.fields(["name", "count"], of: "a replica"))
    }

    init(_ fields: Fields) throws(KustomizeError) {
        name = try fields.text("name")
        count = try fields["count"].map { (field) throws(KustomizeError) in try field.integer() } ?? 0
        place = fields.all.place
    }

    func apply(
        to set: inout ResourceSet, _ specs: [FieldSpec], _ allowance: inout Allowance
    ) throws(KustomizeError) {
        var isFound = false
        for spec in specs {
            guard allowance.take(set.items.count) else {
                throw KustomizeError(place, allowance.refusal, code: .tooMuch)
            }
            let indices = set.items.indices.filter { index in
                let resource = set.items[index]
                return ([resource.id] + resource.previousIDs).contains { $0.name == name && $0.type.matches(spec.type) }
            }
            if !indices.isEmpty { isFound = true }
            try set.change(indices) { (resource) throws(KustomizeError) in
                let quoted = resource.quoted
                try resource.change(spec, creating: .scalar, by: "replicas", &allowance) {
                    (value) throws(WalkFailure) in
                    guard value.scalarText != nil else { throw WalkFailure(reason: "it is \(value.kindInWords)") }
                    value = value.rewritten("\(count)", quoted: quoted)
                }
            }
        }
        guard isFound else {
            let kinds = specs.map(\.type.kind.string).joined(separator: ", ")
            throw KustomizeError(
                place, "replicas finds no \(name.quoted) among the kinds \(kinds)",
                advice: "check the name; other kinds are added by a configuration of transformers")
        }
    }
}
