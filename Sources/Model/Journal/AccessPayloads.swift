// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// Somebody made a token.
package struct TokenCreated: Payload {
    package static let kind = EventKind.tokenCreated
    package var token: Text
    /// What it is for, as it was when it was made; empty: only what roles say.
    package var verbs: [Text]
    /// Empty: the whole fleet.
    package var projects: [Text]
    package var expires: Time
    package var reason: Text

    package init(token: TokenName, scope: TokenScope, expires: Time, reason: Text) {
        self.token = token.text
        verbs = Verb.allCases.filter(scope.verbs.contains).map { Text($0.rawValue) }
        projects = scope.projects.sorted().map(\.text)
        self.expires = expires
        self.reason = reason
    }

    package var value: Value {
        .fields([
            "token": Value(token), "verbs": verbs.isEmpty ? nil : .array(verbs.map(Value.string)),
            "projects": projects.isEmpty ? nil : .array(projects.map(Value.string)), "expires": Value(expires),
            "reason": reason.isEmpty ? nil : Value(reason),
        ])
    }

    package init?(_ value: Value) {
        guard let token = value["token"]?.stringValue, let expires = value["expires"]?.timeValue else { return nil }
        self.token = token
        self.expires = expires
        verbs = value["verbs"]?.textsValue ?? []
        projects = value["projects"]?.textsValue ?? []
        reason = value["reason"]?.stringValue ?? ""
    }
}

/// Somebody made a token count no longer.
package struct TokenRevoked: Payload {
    package static let kind = EventKind.tokenRevoked
    package var token: Text
    package var reason: Text

    package init(token: TokenName, reason: Text) {
        self.token = token.text
        self.reason = reason
    }

    package var value: Value {
        .fields(["token": Value(token), "reason": reason.isEmpty ? nil : Value(reason)])
    }

    package init?(_ value: Value) {
        guard let token = value["token"]?.stringValue else { return nil }
        self.token = token
        reason = value["reason"]?.stringValue ?? ""
    }
}

/// Somebody began to work in a browser. The actor is who it was.
package struct SignedIn: Payload {
    package static let kind = EventKind.signedIn
    /// `token`, or the name of a provider.
    package var by: Text
    /// Where from, as the connection says.
    package var address: Text
    package var groups: [Text]

    package init(by: Text, address: Text, groups: [Text] = []) {
        self.by = by
        self.address = address
        self.groups = groups
    }

    package var value: Value {
        .fields([
            "by": Value(by), "address": Value(address),
            "groups": groups.isEmpty ? nil : .array(groups.map(Value.string)),
        ])
    }

    package init?(_ value: Value) {
        guard let by = value["by"]?.stringValue else { return nil }
        self.by = by
        address = value["address"]?.stringValue ?? ""
        groups = value["groups"]?.textsValue ?? []
    }
}
