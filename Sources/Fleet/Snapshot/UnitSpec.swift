// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// All that the fleet says of one unit. It lies in one place, however many keep it.
package struct UnitSpec: Sendable, Hashable {
    /// What the targets of an application mostly have in common: it lies there once for all of them.
    private struct Common: Sendable, Hashable {
        var project: ProjectName
        var source: SourceName?
        var follow: Application.Follow?
        @Apart var rendering: RenderSpec
        var namespace: Text?
        var driftRules: DriftRules
        @Apart var policy: SyncPolicy
        var secrets: [SecretGrant]
    }

    private struct Said: Sendable, Hashable {
        var unit: UnitID
        @Apart var common: Common
        var limits: Grant
        var dependsOn: [UnitID]
        var digest: Digest
        var place: Target.Place
    }

    /// Of what each unit has for itself, for tests.
    static let bytesOfOwn = MemoryLayout<Said>.size

    @Apart private var said: Said

    package var unit: UnitID { said.unit }
    package var project: ProjectName { said.common.project }
    /// `nil`: the fleet repository itself, at the fleet's own commit.
    package var source: SourceName? { said.common.source }
    /// `nil` for the fleet repository and for folders.
    package var follow: Application.Follow? { said.common.follow }
    /// Overrides applied.
    package var rendering: RenderSpec { said.common.rendering }
    package var place: Target.Place { said.place }
    package var limits: Grant { said.limits }
    /// Of objects that name none; `nil` on hosts.
    package var namespace: Text? { said.common.namespace }
    package var driftRules: DriftRules { said.common.driftRules }
    package var policy: SyncPolicy { said.common.policy }
    /// Ordered by id.
    package var dependsOn: [UnitID] { said.dependsOn }
    /// What it may read of stores of secrets, ordered by store.
    package var secrets: [SecretGrant] { said.common.secrets }
    /// Of everything above: two specs with one digest ask for the same.
    package var digest: Digest { said.digest }

    package init(
        unit: UnitID, project: ProjectName, source: SourceName?, follow: Application.Follow?, rendering: RenderSpec,
        place: Target.Place, limits: Grant, namespace: Text?, driftRules: DriftRules, policy: SyncPolicy,
        dependsOn: [UnitID], secrets: [SecretGrant] = []
    ) {
        let common = Common(
            project: project, source: source, follow: follow, rendering: rendering, namespace: namespace,
            driftRules: driftRules, policy: policy, secrets: secrets)
        said = Said(
            unit: unit, common: common, limits: limits, dependsOn: dependsOn, digest: Digest(of: []), place: place)
        said.digest = summary.digest()
    }

    /// The same, kept together with another unit of the application as far as both are told the same.
    func sharing(_ other: UnitSpec) -> UnitSpec {
        var spec = self
        guard spec.said.common != other.said.common else {
            spec.said.$common = other.said.$common
            return spec
        }
        let theirs = other.said.common
        if spec.said.common.rendering == theirs.rendering { spec.said.common.$rendering = theirs.$rendering }
        if spec.said.common.policy == theirs.policy { spec.said.common.$policy = theirs.$policy }
        if spec.said.common.driftRules == theirs.driftRules { spec.said.common.driftRules = theirs.driftRules }
        if spec.said.common.secrets == theirs.secrets { spec.said.common.secrets = theirs.secrets }
        return spec
    }

    /// Whether both hold what they have in common in one place, for tests.
    func shares(with other: UnitSpec) -> Bool { said.$common.isSame(as: other.said.$common) }
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
            .array(replace.map(Value.string)), .array(force.map(Value.string)),
            .array(unlabelled.map(Value.string)), .array(identity),
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
