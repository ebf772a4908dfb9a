// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// Chooses objects by type, name, namespace, labels and annotations. Names and types are regular expressions that must
/// fit as a whole.
struct ResourceSelector {
    /// Type, name and namespace; what is empty means anything.
    struct Identity: Sendable, Hashable {
        var group: Text = ""
        var version: Text = ""
        var kind: Text = ""
        var namespace: Text = ""
        var name: Text = ""

        var isEmpty: Bool { self == Identity() }
        var type: GroupVersionKind { GroupVersionKind(group: group, version: version, kind: kind) }
    }

    let identity: Identity
    let labels: LabelSelector
    let annotations: LabelSelector
    private let patterns: (group: Pattern, version: Pattern, kind: Pattern, namespace: Pattern, name: Pattern)

    static let fieldNames = [
        "group", "version", "kind", "name", "namespace", "labelSelector", "annotationSelector",
    ]

    init(_ field: Field) throws(KustomizeError) {
        let fields = try field.fields(Self.fieldNames, of: "a target")
        identity = try Identity(fields)
        labels = try Self.labels(fields["labelSelector"])
        annotations = try Self.labels(fields["annotationSelector"])
        patterns = (
            try Self.pattern(identity.group, fields["group"]), try Self.pattern(identity.version, fields["version"]),
            try Self.pattern(identity.kind, fields["kind"]), try Self.pattern(identity.namespace, fields["namespace"]),
            try Self.pattern(identity.name, fields["name"])
        )
    }

    private static func pattern(_ text: Text, _ field: Field?) throws(KustomizeError) -> Pattern {
        do throws(PatternError) {
            return try Pattern(text, anchored: true)
        } catch {
            throw field?.error("\(text.quoted) is no regular expression: \(error.reason)")
                ?? KustomizeError(Place(file: ""), error.reason)
        }
    }

    private static func labels(_ field: Field?) throws(KustomizeError) -> LabelSelector {
        guard let field else { return LabelSelector() }
        let text = try field.text()
        guard let selector = LabelSelector(text) else {
            throw field.error(
                "\(text.quoted) is no label selector", advice: "write one as kubectl has it: app=web,tier in (a, b)")
        }
        return selector
    }

    /// The name that an object must have or have had, when it is no regular expression.
    var exactName: Text? { identity.name.isEmpty ? nil : patterns.name.exactText }

    /// Steps that it takes to compare it with an object.
    func work(on ids: [ResourceID]) -> Int {
        var steps = 1
        for id in ids {
            steps += 1 + patterns.name.work(on: id.name) + patterns.namespace.work(on: id.namespace)
            steps += patterns.kind.work(on: id.type.kind) + patterns.group.work(on: id.type.group)
            steps += patterns.version.work(on: id.type.version)
        }
        return steps
    }

    /// Whether an object is chosen, by what it is or was.
    func selects(_ resource: Resource, ids: [ResourceID]) -> Bool {
        guard ids.contains(where: matches) else { return false }
        return labels.matches(resource.texts(of: "labels")) && annotations.matches(resource.texts(of: "annotations"))
    }

    /// An absent namespace is the default one.
    private func matches(_ id: ResourceID) -> Bool {
        fits(patterns.name, identity.name, id.name)
            && fits(patterns.namespace, identity.namespace, id.namespace)
            && fits(patterns.kind, identity.kind, id.type.kind) && fits(patterns.group, identity.group, id.type.group)
            && fits(patterns.version, identity.version, id.type.version)
    }

    private func fits(_ pattern: Pattern, _ written: Text, _ text: Text) -> Bool {
        written.isEmpty || pattern.matches(text)
    }
}

extension ResourceSelector.Identity {
    init(_ fields: Fields) throws(KustomizeError) {
        self.init(
            group: try fields.text("group"), version: try fields.text("version"), kind: try fields.text("kind"),
            namespace: try fields.text("namespace"), name: try fields.text("name"))
    }
}

extension ResourceSelector: CustomStringConvertible {
    var description: String {
        let parts = [
            ("group", identity.group), ("version", identity.version), ("kind", identity.kind),
            ("namespace", identity.namespace), ("name", identity.name), ("labels", labels.text),
            ("annotations", annotations.text),
        ]
        return parts.filter { !$0.1.isEmpty }.map { "\($0) \($1.quoted)" }.joined(separator: ", ")
    }
}
