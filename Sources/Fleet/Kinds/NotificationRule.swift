// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// The kind Notification: who is told of what.
package struct NotificationRule: Sendable, Hashable {
    package var name: NotificationName
    /// A name that the agent's own folder resolves: where to, and with which token.
    package var connection: Text
    /// Empty: of every kind that matters enough.
    package var events: [EventKind]
    /// What matters less is not told; `nil`: warnings, or all of the kinds that are named.
    package var severity: Severity?
    package var scope: AccessScope
    /// Whose folder declares it, and of whose units alone it tells; `nil` for the platform.
    package var owner: ProjectName?

    package init(
        name: NotificationName, connection: Text, events: [EventKind] = [], severity: Severity? = nil,
        scope: AccessScope = AccessScope(), owner: ProjectName? = nil
    ) {
        self.name = name
        self.connection = connection
        self.events = events
        self.severity = severity
        self.scope = scope
        self.owner = owner
    }
}

extension NotificationRule {
    /// Whether it is about what an event is about. Only the platform's, if nothing narrows them, are about what belongs to
    /// no unit.
    ///
    /// - Parameter facts: of the event's unit; `nil` where it has none.
    package func isAbout(_ facts: UnitFacts?) -> Bool {
        guard let facts else { return owner == nil && scope.isWhole }
        if let owner, facts.project != owner { return false }
        return scope.includes(facts)
    }

    package func wants(_ event: Event, _ facts: UnitFacts?) -> Bool {
        guard isAbout(facts) else { return false }
        guard !events.isEmpty else { return event.severity.map { $0 >= severity ?? .warning } ?? false }
        return events.contains(event.kind) && event.severity ?? .info >= severity ?? .info
    }
}

extension NotificationRule {
    package static let shape = Envelope.shape(.notification, spec: spec) { name, _, spec in
        NotificationRule(
            name: name, connection: spec.connection, events: spec.events, severity: spec.severity, scope: spec.scope)
    }

    private struct Spec: Sendable {
        var connection: Text
        var events: [EventKind]
        var severity: Severity?
        var scope: AccessScope
    }

    private static let spec = Shape<Spec>.object(
        Field.required("connection", .connection, "A connection's name, resolved by the agent."),
        Field.optional(
            "events", .list(of: .choice(), atLeast: 1), default: [],
            "Only these kinds of events, as `trimtab log` calls them; all that matter enough when left out."),
        Field.optional(
            "severity", .choice(),
            "info, warning or error: nothing that matters less. warning, or info where kinds are named."),
        AccessScopeFields.projects, AccessScopeFields.applications, AccessScopeFields.on
    ) { connection, events, severity, projects, applications, on in
        Spec(
            connection: connection, events: events, severity: severity,
            scope: AccessScope(projects: projects ?? [], applications: applications, on: on))
    }

    /// For digests.
    var summary: Value {
        [
            .string(name.text), .string(connection), .array(events.map { .string(Text($0.rawValue)) }),
            severity.map { .string(Text($0.rawValue)) } ?? .null, scope.summary,
            owner.map { .string($0.text) } ?? .null,
        ]
    }
}
