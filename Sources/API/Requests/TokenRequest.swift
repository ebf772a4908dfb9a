// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// A token to be made.
package struct TokenRequest: Sendable, Hashable {
    package var name: TokenName
    /// What it is for; without verbs it may do only what role bindings give to its name.
    package var scope: TokenScope
    /// When it stops counting.
    package var expires: Time
    package var reason: Text

    package init(name: TokenName, scope: TokenScope, expires: Time, reason: Text) {
        self.name = name
        self.scope = scope
        self.expires = expires
        self.reason = reason
    }
}

package struct RevokeRequest: Sendable, Hashable {
    package var name: TokenName
    package var reason: Text

    package init(name: TokenName, reason: Text) {
        self.name = name
        self.reason = reason
    }
}

/// A token as it may be shown.
package struct TokenView: Sendable, Hashable {
    package var name: TokenName
    package var scope: TokenScope
    package var created: Time
    package var creator: Actor
    package var expires: Time
    /// To within an hour; `nil` when it never was.
    package var used: Time?

    package init(
        name: TokenName, scope: TokenScope, created: Time, creator: Actor, expires: Time, used: Time? = nil
    ) {
        self.name = name
        self.scope = scope
        self.created = created
        self.creator = creator
        self.expires = expires
        self.used = used
    }
}

/// A token that was just made: the only time that its text is told to anybody.
package struct IssuedToken: Sendable {
    package var token: TokenView
    package var text: Secret<Text>

    package init(token: TokenView, text: Secret<Text>) {
        self.token = token
        self.text = text
    }
}

extension TokenScope {
    fileprivate init(_ fields: WireFields) throws(WireError) {
        var verbs: Set<Verb> = []
        for verb in try fields.list("verbs", of: Value.self) {
            do { verbs.insert(try readCase(verb)) } catch { throw error.inside(.key("verbs")) }
        }
        self.init(verbs: verbs, projects: Set(try fields.list("projects")))
    }

    fileprivate var verbsOnWire: Value? {
        verbs.isEmpty ? nil : .array(Verb.allCases.filter(verbs.contains).map { .string(Text($0.rawValue)) })
    }
}

extension TokenRequest: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        self.init(
            name: try fields.required("name"), scope: try TokenScope(fields), expires: try fields.required("expires"),
            reason: try fields.optional("reason") ?? "")
    }

    package var wire: Value {
        .fields([
            "name": name.wire, "verbs": scope.verbsOnWire, "projects": scope.projects.sorted().wireUnlessEmpty,
            "expires": expires.wire, "reason": reason.wireUnlessEmpty,
        ])
    }
}

extension RevokeRequest: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        self.init(name: try fields.required("name"), reason: try fields.optional("reason") ?? "")
    }

    package var wire: Value { .fields(["name": name.wire, "reason": reason.wireUnlessEmpty]) }
}

extension TokenView: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        self.init(
            name: try fields.required("name"), scope: try TokenScope(fields), created: try fields.required("created"),
            creator: try fields.required("creator"), expires: try fields.required("expires"),
            used: try fields.optional("used"))
    }

    package var wire: Value {
        .fields([
            "name": name.wire, "verbs": scope.verbsOnWire, "projects": scope.projects.sorted().wireUnlessEmpty,
            "created": created.wire, "creator": creator.wire, "expires": expires.wire, "used": used?.wire,
        ])
    }
}

extension IssuedToken: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        self.init(token: try TokenView(wire: wire), text: Secret(try fields.required("token", as: Text.self)))
    }

    /// The one value of the API that carries a secret in the open: whoever asked for it must be told.
    package var wire: Value {
        var object = token.wire.objectValue ?? Object()
        object["token"] = text.withExposed { .string($0) }
        return .object(object)
    }
}
