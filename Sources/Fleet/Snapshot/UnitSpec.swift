// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// All that the fleet says of one unit.
package struct UnitSpec: Sendable, Hashable {
    package var unit: UnitID
    package var project: ProjectName
    /// `nil`: the fleet repository itself, at the fleet's own commit.
    package var source: SourceName?
    /// `nil` for the fleet repository and for folders.
    package var follow: Application.Follow?
    /// Overrides applied.
    package var rendering: RenderSpec
    package var place: Target.Place
    package var limits: Grant
    /// Of objects that name none; `nil` on hosts.
    package var namespace: Text?
    package var driftRules: DriftRules
    package var policy: SyncPolicy
    /// Ordered by id.
    package var dependsOn: [UnitID]
    /// What it may read of stores of secrets, ordered by store.
    package var secrets: [SecretGrant]
    /// Of everything above: two specs with one digest ask for the same.
    package var digest: Digest

    package init(
        unit: UnitID, project: ProjectName, source: SourceName?, follow: Application.Follow?, rendering: RenderSpec,
        place: Target.Place, limits: Grant, namespace: Text?, driftRules: DriftRules, policy: SyncPolicy,
        dependsOn: [UnitID], secrets: [SecretGrant] = []
    ) {
        self.unit = unit
        self.project = project
        self.source = source
        self.follow = follow
        self.rendering = rendering
        self.place = place
        self.limits = limits
        self.namespace = namespace
        self.driftRules = driftRules
        self.policy = policy
        self.dependsOn = dependsOn
        self.secrets = secrets
        digest = Digest(of: [])
        digest = summary.digest()
    }
}

extension UnitSpec {
    package var path: TreePath { rendering.path }

    private var summary: Value {
        [
            "unit": .string(Text(unit.description)), "project": .string(project.text),
            "source": source.map { .string($0.text) } ?? .null, "follow": follow?.summary ?? .null,
            "rendering": rendering.summary, "place": place.summary, "limits": limits.summary,
            "namespace": namespace.map(Value.string) ?? .null, "driftRules": driftRules.summary,
            "policy": policy.summary, "dependsOn": .array(dependsOn.map { .string(Text($0.description)) }),
            "secrets": .array(secrets.map(\.summary)),
        ]
    }
}

extension Application.Follow {
    fileprivate var summary: Value {
        switch self {
        case .branch(let branch): ["branch", .string(branch)]
        case .tag(let tag): ["tag", .string(tag)]
        case .commit(let id): ["commit", .string(Text(id.hex))]
        }
    }
}

extension Target.Place {
    fileprivate var summary: Value {
        switch self {
        case .machine(let name): ["machine", .string(name)]
        case .root(let path): ["root", .string(path)]
        case .kubernetes(let connection): ["kubernetes", .string(connection)]
        }
    }
}

extension Grant {
    fileprivate var summary: Value {
        switch self {
        case .host(let limits): limits.summary
        case .kubernetes(let limits): limits.summary
        }
    }
}

extension KubernetesLimits {
    fileprivate var summary: Value {
        let identity: [Value] =
            switch identity {
            case .serviceAccount(let account): ["serviceAccount", .string(account)]
            case .user(let user): ["user", .string(user)]
            }
        return [
            .array(namespaces.map(Value.string)), .array(clusterKinds.map(Value.string)),
            .array(replace.map(Value.string)),
            .array(identity),
        ]
    }
}

extension DriftRules {
    fileprivate var summary: Value {
        let rows: [Value] = ignore.map { rule in
            [rule.kind.map(Value.string) ?? .null, rule.name.map(Value.string) ?? .null, .string(rule.field.text)]
        }
        return [.string(Text(additions.rawValue)), .array(rows)]
    }
}

extension HostLimits {
    fileprivate var summary: Value {
        .array([paths, kinds, services, packages, commands].map { .array($0.map(Value.string)) })
    }
}

extension SyncPolicy {
    fileprivate var summary: Value {
        var parts: [Value] = [
            .string(Text(apply.rawValue)), .string(Text(drift.rawValue)), .string(Text(onRemoval.rawValue)),
            .number(Number(Int64(prune.count))), .number(Number(Int64(prune.percent))),
            .number(Number(deadline.nanoseconds)),
            rollbackWithin.map { .number(Number($0.nanoseconds)) } ?? .null, .string(Text(pruning.rawValue)),
        ]
        if let approval { parts.append(approval.summary) }
        return .array(parts)
    }
}
