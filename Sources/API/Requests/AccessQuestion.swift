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
        /// A program: its provider, as the hub's folder calls it, whom that would name, and what it would say besides.
        case workload(IdentityProviderName, Text, claims: [Text: Text])
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
        case .workload(let provider, let name, let claims):
            guard let principal = Principal.workload(provider, name, claims: claims) else {
                throw APIError(.invalid, "the subject of a workload is one line that is not empty")
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
        let workload = try fields.optional("workload", as: Text.self)
        guard workload == nil || (user == nil && token == nil) else {
            throw WireError(path: FieldPath([.key("workload")]), reason: "must not be given beside a user or a token")
        }
        var subject = user.map { Subject.user($0, groups: groups) } ?? token.map { .token($0) }
        if let workload {
            subject = Subject(workload: workload, claims: try fields.list("claim", of: Text.self))
            guard subject != nil else {
                throw WireError(
                    path: FieldPath([.key("workload")]),
                    reason: "must be PROVIDER:SUBJECT, with each claim as NAME=VALUE")
            }
        }
        self.init(
            verb: try readCase(try fields.required("verb", as: Value.self)), unit: try fields.optional("unit"),
            subject: subject)
    }

    package var wire: Value {
        var (user, groups, token): (Text?, [Text], TokenName?) = (nil, [], nil)
        var (workload, claims): (Text?, [Text]) = (nil, [])
        switch subject {
        case .user(let name, let all): (user, groups) = (name, all)
        case .token(let name): token = name
        case .workload(let provider, let name, let said):
            workload = "\(provider):\(name)"
            claims = said.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        case nil: break
        }
        return .fields([
            "verb": .string(Text(verb.rawValue)), "unit": unit?.wire, "user": user?.wire,
            "group": groups.wireUnlessEmpty, "token": token?.wire, "workload": workload?.wire,
            "claim": claims.wireUnlessEmpty,
        ])
    }
}

extension AccessQuestion.Subject {
    /// - Parameters:
    ///   - workload: `github:repo:acme/shop`: the provider, and whom it would name; or the provider alone.
    ///   - claims: `repository=acme/shop`.
    /// - Returns: `nil` for what is not so, or says one claim twice.
    package init?(workload: Text, claims: [Text]) {
        var said: [Text: Text] = [:]
        for claim in claims {
            guard let (name, value) = Self.halves(of: claim, at: UInt8(ascii: "=")), said[name] == nil else {
                return nil
            }
            said[name] = value
        }
        let halves = Self.halves(of: workload, at: UInt8(ascii: ":"))
        guard let provider = IdentityProviderName(halves?.0 ?? workload) else { return nil }
        self = .workload(provider, halves?.1 ?? said["sub"] ?? "any", claims: said)
    }

    private static func halves(of text: Text, at mark: UInt8) -> (Text, Text)? {
        let bytes = Array(text.utf8)
        guard let place = bytes.firstIndex(of: mark), place > 0, let left = Text(utf8: bytes[..<place]),
            let right = Text(utf8: bytes[(place + 1)...])
        else { return nil }
        return (left, right)
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
