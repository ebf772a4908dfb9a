// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Fleet
package import Manifest
package import Model

/// May they?
package struct AccessQuestion: Sendable, Hashable {
    package var verb: Verb
    /// `nil` for the fleet as a whole.
    package var unit: UnitID?
    /// Somebody else than who asks.
    package var subject: Subject?

    package enum Subject: Sendable, Hashable {
        case user(Text, groups: [Text])
        case token(TokenName)
    }

    package init(verb: Verb, unit: UnitID? = nil, subject: Subject? = nil) {
        self.verb = verb
        self.unit = unit
        self.subject = subject
    }
}

extension AccessQuestion {
    /// Whom it is about.
    package func principal(
        asking: Principal, scope: (TokenName) -> TokenScope
    ) throws(APIError) -> Principal {
        switch subject {
        case nil: return asking
        case .token(let name): return .token(name, scope: scope(name))
        case .user(let name, let groups):
            guard let principal = Principal.user(name, groups: groups) else {
                throw APIError(.invalid, "the name of a user is one line that is not empty")
            }
            return principal
        }
    }
}

/// What the roles say, and why.
package struct AccessAnswer: Sendable, Hashable {
    package var isAllowed: Bool
    /// One sentence.
    package var reason: Text
    /// All that allows it.
    package var grounds: [Text]
    /// What they have that does not allow it.
    package var others: [Text]

    package init(isAllowed: Bool, reason: Text, grounds: [Text] = [], others: [Text] = []) {
        self.isAllowed = isAllowed
        self.reason = reason
        self.grounds = grounds
        self.others = others
    }

    package init(_ decision: AccessDecision) {
        self.init(
            isAllowed: decision.isAllowed, reason: decision.reason,
            grounds: decision.grounds.map { Text($0.description) },
            others: decision.others.map { Text($0.description) })
    }
}

extension AccessQuestion: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        let user = try fields.optional("user", as: Text.self)
        let token = try fields.optional("token", as: TokenName.self)
        guard user == nil || token == nil else {
            throw WireError(path: FieldPath([.key("token")]), reason: "must not be given beside a user")
        }
        let groups = try fields.list("group", of: Text.self)
        self.init(
            verb: try readCase(try fields.required("verb", as: Value.self)), unit: try fields.optional("unit"),
            subject: user.map { .user($0, groups: groups) } ?? token.map { .token($0) })
    }

    package var wire: Value {
        var (user, groups, token): (Text?, [Text], TokenName?) = (nil, [], nil)
        switch subject {
        case .user(let name, let all): (user, groups) = (name, all)
        case .token(let name): token = name
        case nil: break
        }
        return .fields([
            "verb": .string(Text(verb.rawValue)), "unit": unit?.wire, "user": user?.wire,
            "group": groups.wireUnlessEmpty, "token": token?.wire,
        ])
    }
}

extension AccessAnswer: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        self.init(
            isAllowed: try fields.required("allowed"), reason: try fields.required("reason"),
            grounds: try fields.list("grounds"), others: try fields.list("others"))
    }

    package var wire: Value {
        .fields([
            "allowed": isAllowed.wire, "reason": reason.wire, "grounds": grounds.wireUnlessEmpty,
            "others": others.wireUnlessEmpty,
        ])
    }
}
