// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// What one principal may do, by one state of the fleet. What nothing allows is denied.
package struct AccessRights: Sendable {
    struct Entry: Sendable {
        var verbs: Set<Verb>
        /// All of them must fit.
        var scopes: [AccessScope]
        var ground: AccessGround
    }

    package let principal: Principal
    let entries: [Entry]

    init(principal: Principal, entries: [Entry]) {
        self.principal = principal
        self.entries = entries
    }

    /// Whether they are those of the machine's own user, who may do everything.
    package var isOfMachine: Bool { if case .local = principal.identity { true } else { false } }

    /// Whether a verb is allowed on everything, so that nothing needs to be looked at by itself.
    package func allowsEverywhere(_ verb: Verb) -> Bool { decideOnFleet(verb).isAllowed }

    /// On what belongs to no unit: the fleet's own problems, the journal's chain, tokens. Rules that are about some units
    /// say nothing of it.
    package func decideOnFleet(_ verb: Verb) -> AccessDecision {
        decide(verb, "the fleet as a whole") { $0.scopes.allSatisfy(\.isWhole) }
    }

    package func decide(_ verb: Verb, on unit: UnitID, _ facts: UnitFacts) -> AccessDecision {
        decide(verb, unit.description) { $0.scopes.allSatisfy { $0.includes(facts) } }
    }

    /// The same as a decision's ``AccessDecision/isAllowed``, without words.
    package func allows(_ verb: Verb, on facts: UnitFacts) -> Bool {
        if isOfMachine { return true }
        return entries.contains { entry in
            entry.verbs.contains(verb) && entry.scopes.allSatisfy { $0.includes(facts) }
        }
    }

    /// Whether there is anything at all on which the verb is allowed.
    package func allowsSomewhere(_ verb: Verb) -> Bool {
        if isOfMachine { return true }
        return entries.contains { $0.verbs.contains(verb) }
    }

    private func decide(_ verb: Verb, _ object: String, _ fits: (Entry) -> Bool) -> AccessDecision {
        if case .local = principal.identity {
            return AccessDecision(verb: verb, object: Text(object), principal: principal, grounds: [.machine])
        }
        let grounds = entries.filter { $0.verbs.contains(verb) && fits($0) }.map(\.ground)
        let others = Set(entries.map(\.ground)).subtracting(grounds)
        return AccessDecision(
            verb: verb, object: Text(object), principal: principal, grounds: grounds, others: others.sorted())
    }
}

/// Why something is allowed.
package enum AccessGround: Sendable, Hashable, Comparable {
    /// The machine's own user may do everything.
    case machine
    /// The token was made for it.
    case token
    case binding(RoleBindingName, role: RoleName, subject: RoleBinding.Subject, place: Text)

    package static func < (left: AccessGround, right: AccessGround) -> Bool {
        Text(left.description) < Text(right.description)
    }
}

extension AccessGround: CustomStringConvertible {
    package var description: String {
        switch self {
        case .machine: "this machine's own user may do everything"
        case .token: "what the token was made for"
        case .binding(let name, let role, let subject, let place):
            "RoleBinding/\(name) gives \(subject) the role \(role)" + (place.isEmpty ? "" : " (\(place))")
        }
    }
}

/// The answer to "may they?", and why.
package struct AccessDecision: Sendable, Hashable {
    package var verb: Verb
    /// `acme/web@prod`, or `the fleet as a whole`.
    package var object: Text
    package var principal: Principal
    /// All that allows it; empty when it is denied.
    package var grounds: [AccessGround]
    /// What the principal has and does not allow this.
    package var others: [AccessGround] = []

    package var isAllowed: Bool { !grounds.isEmpty }

    /// One sentence.
    package var reason: Text {
        if let ground = grounds.first { return "\(principal) may \(verb) \(object): \(ground)" }
        let groups = principal.groups.map(\.string).joined(separator: ", ")
        let who = groups.isEmpty ? "\(principal)" : "\(principal) (groups: \(groups))"
        return
            "\(who) may not \(verb) \(object): \(others.isEmpty ? "no role is theirs" : "no role of theirs allows it")"
    }
}

extension Verb: CustomStringConvertible {
    package var description: String { rawValue }
}
