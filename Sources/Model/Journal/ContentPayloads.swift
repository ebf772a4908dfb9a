// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

// From a fleet's files to a plan: what was read, what it renders to, what is to be done.

/// The fleet's files say something new, and all of them are in order.
package struct FleetRead: Payload {
    package static let kind = EventKind.fleetRead
    /// `nil` for a plain folder.
    package var commit: CommitID?
    package var fleet: Text
    /// Of all that the files say: two readings with one digest say the same.
    package var digest: Digest
    package var targets: Int
    package var sources: Int
    package var projects: Int
    package var applications: Int

    package init(
        commit: CommitID?, fleet: Text, digest: Digest, targets: Int, sources: Int, projects: Int, applications: Int
    ) {
        self.commit = commit
        self.fleet = fleet
        self.digest = digest
        self.targets = targets
        self.sources = sources
        self.projects = projects
        self.applications = applications
    }

    package var value: Value {
        .fields([
            "commit": commit.map { Value($0.hex) }, "fleet": .string(fleet), "digest": Value(digest),
            "targets": Value(targets), "sources": Value(sources), "projects": Value(projects),
            "applications": Value(applications),
        ])
    }

    package init?(_ value: Value) {
        guard let digest = value["digest"]?.digestValue else { return nil }
        func count(_ key: Text) -> Int { value[key]?.intValue.flatMap(Int.init(exactly:)) ?? 0 }
        self.init(
            commit: value["commit"]?.stringValue.flatMap { CommitID(hex: $0.string) },
            fleet: value["fleet"]?.stringValue ?? "", digest: digest, targets: count("targets"),
            sources: count("sources"), projects: count("projects"), applications: count("applications"))
    }
}

/// Something in the fleet's files is not in order. What it concerns stays as it was; the rest counts, unless nothing of
/// the fleet could be read.
package struct FleetRejected: Payload {
    package static let kind = EventKind.fleetRejected
    package static let limit = 20
    package var commit: CommitID?
    /// As in ``FleetRead``.
    package var digest: Digest
    /// Whether all stays as it was.
    package var isWhole: Bool
    /// File, line and reason, of the first problems.
    package var problems: [Text]
    /// How many there are in all.
    package var count: Int

    /// - Parameter problems: all of them.
    package init(commit: CommitID?, digest: Digest, isWhole: Bool, problems: [Text]) {
        self.commit = commit
        self.digest = digest
        self.isWhole = isWhole
        self.problems = Array(problems.prefix(Self.limit))
        count = problems.count
    }

    package var value: Value {
        .fields([
            "commit": commit.map { Value($0.hex) }, "digest": Value(digest), "whole": .bool(isWhole),
            "count": Value(count), "problems": .array(problems.map(Value.string)),
        ])
    }

    package init?(_ value: Value) {
        guard let digest = value["digest"]?.digestValue else { return nil }
        self.init(
            commit: value["commit"]?.stringValue.flatMap { CommitID(hex: $0.string) }, digest: digest,
            isWhole: value["whole"]?.boolValue ?? false, problems: value["problems"]?.textsValue ?? [])
        count = value["count"]?.intValue.flatMap(Int.init(exactly:)) ?? problems.count
    }
}

/// The newest version renders to content that is not what it rendered to before.
package struct ContentRendered: Payload {
    package static let kind = EventKind.rendered
    package var version: Version
    package var render: Digest
    /// How many objects it declares, hooks among them.
    package var objects: Int

    package init(version: Version, render: Digest, objects: Int) {
        self.version = version
        self.render = render
        self.objects = objects
    }

    package var value: Value {
        ["version": Value(version), "render": Value(render), "objects": Value(objects)]
    }

    package init?(_ value: Value) {
        guard let version = value["version"]?.versionValue, let render = value["render"]?.digestValue else {
            return nil
        }
        self.init(
            version: version, render: render, objects: value["objects"]?.intValue.flatMap(Int.init(exactly:)) ?? 0)
    }
}

/// What a sync to new content will do, or would do if somebody let it. Of drift, ``Drifted`` says it.
package struct Planned: Payload {
    package static let kind = EventKind.planned
    /// The most objects that are listed; the intents list all.
    package static let objectLimit = 200
    /// The most fields of an object that are listed.
    package static let fieldLimit = 20
    package var plan: Digest
    package var version: Version
    package var render: Digest
    package var counts: ChangeCounts
    /// The first objects that are not kept, with the fields that differ, as text.
    package var changes: [Change.Action: [ObjectID: [Text]]]

    package init(
        plan: Digest, version: Version, render: Digest, counts: ChangeCounts,
        changes: [Change.Action: [ObjectID: [Text]]]
    ) {
        self.plan = plan
        self.version = version
        self.render = render
        self.counts = counts
        self.changes = changes
    }

    package init(_ plan: Plan, version: Version) {
        var changes: [Change.Action: [ObjectID: [Text]]] = [:]
        for change in plan.changes.lazy.filter({ $0.action != .keep }).prefix(Self.objectLimit) {
            changes[change.action, default: [:]][change.object] = change.fields.prefix(Self.fieldLimit).map { field in
                Text(field.path.description)
            }
        }
        self.init(
            plan: plan.digest, version: version, render: plan.renderDigest, counts: ChangeCounts(plan),
            changes: changes)
    }

    package var value: Value {
        var object = Object()
        object["plan"] = Value(plan)
        object["version"] = Value(version)
        object["render"] = Value(render)
        object["counts"] = counts.value
        for action in Change.Action.allCases {
            if let objects = changes[action], !objects.isEmpty {
                object[Text(action.rawValue)] = Value(byObject: objects) { .array($0.map(Value.string)) }
            }
        }
        return .object(object)
    }

    package init?(_ value: Value) {
        guard let plan = value["plan"]?.digestValue, let version = value["version"]?.versionValue,
            let render = value["render"]?.digestValue
        else { return nil }
        var changes: [Change.Action: [ObjectID: [Text]]] = [:]
        for action in Change.Action.allCases {
            changes[action] = value[Text(action.rawValue)]?.byObject(\.textsValue)
        }
        self.init(
            plan: plan, version: version, render: render, counts: ChangeCounts(value["counts"] ?? .null),
            changes: changes)
    }
}
