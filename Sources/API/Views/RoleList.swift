// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Fleet
package import Manifest
import Model

/// The roles of a fleet and who has them, as its platform folder says it.
package struct RoleList: Sendable, Hashable {
    /// Those that every fleet has among them; by name.
    package var roles: [Role]
    /// By name.
    package var bindings: [RoleBinding]

    package init(roles: [Role], bindings: [RoleBinding]) {
        self.roles = roles
        self.bindings = bindings
    }

    package init(_ policy: AccessPolicy) { self.init(roles: policy.allRoles, bindings: policy.bindings) }
}

extension RoleList: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        self.init(roles: try fields.list("roles"), bindings: try fields.list("bindings"))
    }

    package var wire: Value { .fields(["roles": roles.wire, "bindings": bindings.wire]) }
}

extension Role: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        self.init(name: try fields.required("name"), rules: try fields.list("allow"))
    }

    package var wire: Value {
        .fields([
            "name": name.wire, "builtIn": Self.builtIn.contains { $0.name == name }.wire, "allow": rules.wire,
        ])
    }
}

extension Role.Rule: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        var verbs: [Verb] = []
        for verb in try fields.list("verbs", of: Value.self) {
            do { verbs.append(try readCase(verb)) } catch { throw error.inside(.key("verbs")) }
        }
        self.init(verbs: verbs, scope: try AccessScope(fields: fields))
    }

    package var wire: Value {
        scope.joined(to: ["verbs": .array(verbs.map { .string(Text($0.rawValue)) })])
    }
}

extension RoleBinding: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        self.init(
            name: try fields.required("name"), role: try fields.required("role"), subjects: try fields.list("to"),
            scope: try AccessScope(fields: fields), place: try fields.optional("place") ?? "")
    }

    package var wire: Value {
        var object: Object = ["name": name.wire, "role": role.wire, "to": subjects.wire]
        if !place.isEmpty { object["place"] = place.wire }
        return scope.joined(to: object)
    }
}

extension RoleBinding.Subject: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        if let user = try fields.optional("user", as: Text.self) {
            self = .user(user)
        } else if let group = try fields.optional("group", as: Text.self) {
            self = .group(group)
        } else if let token = try fields.optional("token", as: TokenName.self) {
            self = .token(token)
        } else {
            self = .workload(try fields.required("workload"))
        }
    }

    package var wire: Value {
        switch self {
        case .user(let name): ["user": name.wire]
        case .group(let name): ["group": name.wire]
        case .token(let name): ["token": name.wire]
        case .workload(let workload): ["workload": workload.wire]
        }
    }
}

extension RoleBinding.Workload: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        let claims = (fields.raw("claims")?.objectValue?.pairs ?? []).map { pair in
            Claim(name: pair.key, values: pair.value.textsInOrder)
        }
        self.init(provider: try fields.required("provider"), claims: claims)
    }

    package var wire: Value {
        let claims = claims.map { (key: $0.name, value: $0.values.wire) }
        return ["provider": provider.wire, "claims": .object(Object(uniquePairs: claims))]
    }
}

extension AccessScope {
    fileprivate init(fields: WireFields) throws(WireError) {
        self.init(
            projects: try fields.list("projects"), applications: Selector(labels: fields.raw("applications")),
            on: Selector(labels: fields.raw("on")))
    }

    /// What limits it, beside other fields.
    fileprivate func joined(to object: Object) -> Value {
        var object = object
        if !projects.isEmpty { object["projects"] = projects.wire }
        if let applications { object["applications"] = applications.labels }
        if let on { object["on"] = on.labels }
        return .object(object)
    }
}

extension Selector {
    /// Each label with the values of which it must have one.
    fileprivate var labels: Value {
        .object(Object(uniquePairs: requirements.map { (key: $0.key, value: $0.values.wire) }))
    }

    fileprivate init?(labels: Value?) {
        guard let pairs = labels?.objectValue?.pairs, !pairs.isEmpty else { return nil }
        self.init(requirements: pairs.map { Requirement(key: $0.key, values: $0.value.textsInOrder) })
    }
}
