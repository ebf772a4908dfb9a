// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// Puts right the names by which objects refer to others that were renamed.
struct NameReferences: Sendable {
    /// References by the kind of the object that holds them; under an empty kind those that any may hold.
    private var byKind: [Text: [(spec: FieldSpec, target: GroupVersionKind)]] = [:]

    private static let standard = NameReferences(NameReferenceTable.standard)

    static func of(_ config: TransformerConfig) -> NameReferences {
        config.isStandard ? standard : NameReferences(config.nameReferences)
    }

    private init(_ references: [TransformerConfig.NameReference]) {
        for reference in references {
            for spec in reference.referrers {
                byKind[spec.type.kind, default: []].append((spec, reference.target))
            }
        }
    }

    func apply(to set: inout ResourceSet, _ allowance: inout Allowance) throws(KustomizeError) {
        let candidates = Candidates(set)
        // By the kind that refers: those that may mean some object which was renamed.
        var live: [Text: [(spec: FieldSpec, target: GroupVersionKind)]] = [:]
        try set.changeContents { (resource) throws(KustomizeError) in
            if candidates.isEmpty, resource.kind != "RoleBinding" { return }
            let original = resource.originalID.type
            let specs = live[original.kind] ?? references(of: original.kind, to: candidates)
            live[original.kind] = specs
            if specs.isEmpty { return }
            let view = try candidates.view(of: resource)
            // A referrer's own type is what it is now; what it was first decides whether a spec is for it.
            let type = resource.type
            for (spec, target) in specs where original.matches(spec.type) {
                try Self.change(&resource, spec, type: type, view: view, target: target, &allowance)
            }
        }
    }

    /// Where a kind may refer to one of the candidates. Bindings are looked at whatever they name, for what is wrong in
    /// them.
    private func references(
        of kind: Text, to candidates: Candidates
    ) -> [(spec: FieldSpec, target: GroupVersionKind)] {
        let all = (byKind[kind] ?? []) + (byKind[""] ?? [])
        return kind == "RoleBinding" ? all : all.filter { candidates.holdAny(of: $0.target) }
    }

    private static func change(
        _ resource: inout Resource, _ spec: FieldSpec, type: GroupVersionKind, view: Candidates.View,
        target: GroupVersionKind, _ allowance: inout Allowance
    ) throws(KustomizeError) {
        let search = Search(view: view, target: target, isRole: spec.path.string.hasSuffix("roleRef/name"))
        let quoted = resource.quoted
        var reader = resource.value
        resource.value = .null
        defer { resource.value = reader }
        do throws(WalkFailure) {
            try FieldWalk(spec: spec, creation: .nothing).apply(to: &reader, &allowance) {
                (value) throws(WalkFailure) in
                try Self.update(&value, search, quoted: quoted)
            }
        } catch {
            throw KustomizeError(
                resource.place.asPlace, "the reference in \(spec.path) of \(view.referrer): \(error.reason)",
                code: error.isBudget ? .tooMuch : .invalid)
        }
    }

    private static func update(
        _ value: inout Value, _ search: Search, quoted: Set<Text>
    ) throws(WalkFailure) {
        if value.isNull { return }
        switch value.shape {
        case .map: try updateMap(&value, search, quoted: quoted)
        case .list:
            _ = try value.editArray { (items) throws(WalkFailure) in
                for index in items.indices { try update(&items[index], search, quoted: quoted) }
            }
        case .null, .scalar:
            guard let name = value.scalarText,
                let found = try search.referral(of: name, in: nil, agreeing: { $0.name == $1.name }), found.name != name
            else { return }
            value = value.rewritten(found.name, quoted: quoted)
        }
    }

    /// A map that names an object by `name` and `namespace`.
    private static func updateMap(
        _ value: inout Value, _ search: Search, quoted: Set<Text>
    ) throws(WalkFailure) {
        guard let name = value["name"]?.scalarText else { throw WalkFailure(reason: "the map has no name") }
        let namespace = value["namespace"].flatMap { $0.scalarText }
        guard
            let found = try search.referral(
                of: name, in: namespace, agreeing: { $0.name == $1.name && $0.namespace == $1.namespace })
        else { return }
        if found.name == name, found.namespace.isEmpty { return }
        _ = value.editObject { object in
            object["name"] = (object["name"] ?? .null).rewritten(found.name, quoted: quoted)
            if !found.namespace.isEmpty { object["namespace"] = .string(found.namespace) }
        }
    }

    /// The search for what one field of one object refers to.
    private struct Search {
        let view: Candidates.View
        let target: GroupVersionKind
        let isRole: Bool

        /// - Parameter agreeing: whether it does not matter which of two objects is meant.
        func referral(
            of name: Text, in namespace: Text?, agreeing: (Candidates.Entry, Candidates.Entry) -> Bool
        ) throws(WalkFailure) -> Candidates.Entry? {
            var found = view.entries(named: name, in: namespace).filter { entry in
                entry.previousTypes.contains { $0.matches(target) }
            }
            if isRole, let role = view.role {
                found = found.filter { entry in entry.previousTypes.contains { $0.matches(role) } }
            }
            found = found.filter { view.isInReach($0) }
            if found.count == 1 { return found[0] }
            found = found.filter { view.hasAffixes(of: $0, orNone: true) }
            if found.count == 1 { return found[0] }
            found = found.filter { view.hasAffixes(of: $0, orNone: false) }
            guard let first = found.first else { return nil }
            if found.dropFirst().allSatisfy({ agreeing(first, $0) }) { return first }
            let names = found.map { "\($0.id)" }.joined(separator: ", ")
            throw WalkFailure(reason: "\(name.quoted) may mean any of \(names)")
        }
    }
}
