// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

extension Application {
    package static let shape = Envelope.shape(.application, spec: spec) { name, labels, spec in
        Application(
            name: name, labels: labels, project: spec.project, content: spec.content, written: spec.written,
            targets: spec.targets, namespace: spec.namespace, dependsOn: spec.dependsOn, overrides: spec.overrides,
            driftRules: spec.sync.rules, rollout: spec.rollout, policy: spec.policy)
    }

    private struct Spec: Sendable {
        var project: ProjectName?
        var content: Content
        var written: Written
        var targets: Selector?
        var namespace: Text?
        var dependsOn: [Dependency]
        var overrides: [Override]
        var sync: Sync
        var rollout: [Stage]
        var rollbackWithin: Duration?
        var onRemoval: SyncPolicy.OnRemoval

        var policy: SyncPolicy {
            SyncPolicy(
                apply: sync.apply, drift: sync.drift, pruning: sync.prune.mode, prune: sync.prune.limit,
                deadline: sync.deadline, rollbackWithin: rollbackWithin, onRemoval: onRemoval, approval: sync.approval)
        }
    }

    private static let spec = Shape<Spec>.object(
        Field.optional("project", .name(), "The project; only in the platform folder, elsewhere the folder says it."),
        Field.required("source", content.located(), "Where the content comes from."),
        Field.optional("targets", Selector.shape, "Where it goes: labels of targets. Required beside a fleet.yaml."),
        Field.optional("namespace", .text, "The namespace of objects that name none; in clusters only."),
        Field.optional("dependsOn", .list(of: dependency), default: [], "Applications that must be there first."),
        Field.optional("overrides", .list(of: override), default: [], "What differs on some targets; later wins."),
        Field.optional("sync", Sync.shape, default: Sync(), "What happens by itself."),
        Field.optional("rollout", .list(of: stage), default: [], "Stages over targets, in order."),
        Field.optional("rollback", rollback, default: nil, "When to go back by itself; never when left out."),
        Field.optional(
            "onRemoval", .choice(), default: SyncPolicy.OnRemoval.orphan,
            "What becomes of its objects when the application is removed.")
    ) {
        Spec(
            project: $0, content: $1.value, written: $1.written, targets: $2, namespace: $3, dependsOn: $4,
            overrides: $5, sync: $6, rollout: $7,
            rollbackWithin: $8, onRemoval: $9)
    }

    private static let dependency = Shape<Dependency>.object(
        Field.required("application", .name(), "The other application."),
        Field.optional("on", Selector.shape, "Where it must be; on the same target when left out.")
    ) { Dependency(application: $0, on: $1) }

    private static let stage = Shape<Stage>.object(
        Field.required("stage", .text, "What the stage is called."),
        Field.optional("on", Selector.shape, "Its targets; those with env: STAGE when left out."),
        Field.optional("soak", .duration, "How long it must be well before the next stage."),
        Field.optional("approval", approval, default: [], "Who has to agree first.")
    ) { Stage(name: $0, on: $1, soak: $2, approvers: $3) }

    private static let approval = Shape<[Text]>.object(
        Field.required("from", .list(of: .text, atLeast: 1), "Groups or users.")
    ) { $0 }

    private static let rollback = Shape<Duration?>.object(
        Field.required("whenDegradedWithin", .duration, "How long after a sync ill health sends it back.")
    ) { $0 }
}

/// `sync` of an application.
struct Sync: Sendable {
    var apply = SyncPolicy.Apply.auto
    var drift = SyncPolicy.Drift.heal
    var prune = Prune()
    var rules = DriftRules()
    var deadline = SyncPolicy().deadline
    var approval: ApprovalRule?

    static let shape = Shape<Sync>.object(
        Field.optional("apply", .choice(), default: SyncPolicy.Apply.auto, "What to do with new commits."),
        Field.optional("drift", .choice(), default: SyncPolicy.Drift.heal, "What to do with drift."),
        Field.optional("prune", Prune.shape, default: Prune(), "When objects that left Git are deleted."),
        Field.optional(
            "ignore", .list(of: ignoreRule), default: [], "Fields that others may change; in clusters only."),
        Field.optional(
            "additions", .choice(), default: DriftRules.Additions.report,
            "What others put into declared lists and maps: not told, told, or taken out; in clusters only."),
        Field.optional("deadline", .duration, default: SyncPolicy().deadline, "For a whole sync; 10m."),
        Field.optional("approval", ApprovalRule.shape, "Who has to agree before new content is applied.")
    ) {
        Sync(
            apply: $0, drift: $1, prune: $2, rules: DriftRules(ignore: $3, additions: $4), deadline: $5, approval: $6)
    }

    private static let ignoreRule = Shape<DriftRules.Ignore>.object(
        Field.optional("kind", .text, "Of objects of this kind; any when left out."),
        Field.optional("name", .text, "Of the object of this name; any when left out."),
        Field.required("field", field, "The field, and all beneath it: spec.replicas, spec.ports[name=web].nodePort.")
    ) { DriftRules.Ignore(kind: $0, name: $1, field: $2) }

    private static let field = Shape<Text>.text(
        "a field such as spec.replicas or spec.containers[name=web].image", pattern: fieldPattern,
        parse: FieldPattern.init
    )
}

/// `sync.prune` of an application.
struct Prune: Sendable {
    var mode = SyncPolicy.Pruning.auto
    var limit = SyncPolicy.PruneLimit()

    static let shape = Shape<Prune>.object(
        Field.optional(
            "mode", .choice(), default: SyncPolicy.Pruning.auto,
            "By every sync, or only when somebody runs trimtab sync --prune."),
        Field.optional(
            "atMost", atMost, default: SyncPolicy.PruneLimit(),
            "More deletions than the larger of both wait for a confirmation.")
    ) { Prune(mode: $0, limit: $1) }

    private static let atMost = Shape<SyncPolicy.PruneLimit>.object(
        Field.optional("count", .integer(in: 0...1_000_000), default: 5, "Objects."),
        Field.optional("percent", .integer(in: 0...100), default: 10, "Of the unit's objects.")
    ) { SyncPolicy.PruneLimit(count: Int($0), percent: Int($1)) }
}

extension Shape where Output == Text {
    /// A branch or tag by its short name, within Git's rules for names.
    static var reference: Shape {
        .text("the name of a branch or tag", pattern: referencePattern) { text in
            let bytes = Array(text.utf8)
            let banned = Array(" ~^:?*[\\".utf8)
            let isClean =
                bytes.count <= 255 && !bytes.contains(where: banned.contains) && bytes.first != UInt8(ascii: "-")
                && bytes.last != UInt8(ascii: ".")
            let parts = bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
            let areClean = parts.allSatisfy { part in
                !part.isEmpty && part.first != UInt8(ascii: ".") && !part.reversed().starts(with: "kcol.".utf8)
                    && !zip(part, part.dropFirst()).contains {
                        $0 == UInt8(ascii: ".") && $1 == UInt8(ascii: ".")
                            || $0 == UInt8(ascii: "@") && $1 == UInt8(ascii: "{")
                    }
            }
            return isClean && areClean && !bytes.elementsEqual("@".utf8) ? text : nil
        }
    }
}

private let fieldPattern =
    #"^(?=\#(StringRule.character)+$)(?=[^.])(\.?[^.\[]+|\["[^"]+"\]|\[\*\]|\[[0-9]{1,9}\]|\[(?!")[^\]=]+=[^\]]*\])+$"#

private let referencePattern =
    #"^(?!@$)(?![-/.])(?!.*(\.\.|@\{|//|/\.|\.lock(/|$)|[./]$))(?!.*[ ~^:?*\[\\])\#(StringRule.character){1,255}$"#

extension Shape where Output == CommitID {
    static var commit: Shape {
        Shape<Text>.text(
            "a full commit id of 40 or 64 hexadecimal digits", pattern: "^([0-9a-fA-F]{40}|[0-9a-fA-F]{64})$"
        ) {
            CommitID(hex: $0.string)
        }
    }
}
