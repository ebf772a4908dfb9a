// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Fleet
import KubernetesClient
import Manifest
import Model

/// What a live object means for a unit: is it ours, does it stand, and what would have to be done.
struct Verdict: Sendable {
    enum Standing: Sendable {
        /// Nothing has to be done.
        case stands
        /// Has to be applied.
        case differs(LiveDifference)
        case claimed(UnitID)
        case refused(Text)
    }

    var standing: Standing
    /// What others have put into an object that stands, where the application wants to be told.
    var additions: [LiveDifference.Addition] = []
    /// Whether others have put anything in, told or not.
    var isExtended = false
    /// Who changed it or put something in, where the server knows.
    var cause: Text?

    /// All that a decision about one live object rests on.
    struct Question: Sendable {
        var unit: UnitID
        var object: DesiredObject
        /// Completed and marked.
        var desired: Value
        /// In the API version of the desired one.
        var live: Value
        /// What was recorded after the last apply; `nil` when nothing was.
        var record: ObjectRecord?
        var rules: DriftRules
        var manager: Text
        var key: Secret<[UInt8]>
    }

    init(_ question: Question) {
        let live = question.live
        switch Claim.holder(of: live) {
        case .unit(let holder) where holder != question.unit:
            standing = .claimed(holder)
            return
        case .unreadable(let text):
            standing = .refused("its annotation \(Claim.unit) says \(text), which names no unit")
            return
        case .unit, .nobody: break
        }
        if live["metadata"]?["deletionTimestamp"] != nil {
            standing = .refused("is being deleted and waits for \(Self.finalizers(of: live))")
            return
        }
        let managed = ManagedFields(of: live)
        let isMarked = Claim.holder(of: live) == .unit(question.unit)
        let isOurs = isMarked || question.record?.isSame(objectAs: live) == true
        let entry = managed.applied(by: question.manager)
        let owned = entry.flatMap { $0.apiVersion == question.object.apiVersion ? $0.set : nil }
        let isElsewhere = entry != nil && entry?.apiVersion != question.object.apiVersion
        let ignored = question.rules.ignored(of: question.object.id)
        var difference = LiveDifference(
            desired: question.desired, live: live, owned: isOurs && !isElsewhere ? owned ?? FieldSet() : nil,
            managed: managed, manager: question.manager, ignored: ignored)
        // What we applied and the server keeps as it answered then is no drift, even where it wrote it in another way.
        let isSettled =
            question.record?.desired == question.object.digest
            && question.record?.owned == FieldSet.digest(ownedIn: live, by: question.manager, key: question.key)
            && question.record?.owned != nil
        if isSettled {
            difference.clearFields()
        }
        isExtended = !difference.additions.isEmpty
        let mustRemove = difference.additions.filter { $0.isDangerous || question.rules.additions == .remove }
        let isKept = question.object.mayNotBeHealed && Self.isLeft(question)
        // In another version than we applied last nobody can tell what of it is ours: one apply in this version does.
        let isMoved = isMarked && isElsewhere
        guard isMoved || !difference.values.isEmpty || !difference.lost.isEmpty || !mustRemove.isEmpty, !isKept else {
            standing = .stands
            guard question.rules.additions == .report, !difference.additions.isEmpty else { return }
            additions = difference.additions
            cause = Self.cause(of: LiveDifference(additions: additions), managed, manager: question.manager)
            return
        }
        cause = Self.cause(of: difference, managed, manager: question.manager)
        if isMoved, let entry { difference.move(from: entry.apiVersion, to: question.object.apiVersion) }
        standing = .differs(difference)
    }

    /// Whether what Git says is what was applied last, whatever has become of it. The object itself says so where nobody
    /// remembers it.
    private static func isLeft(_ question: Question) -> Bool {
        if let record = question.record { return record.desired == question.object.digest }
        guard let digest = question.object.publicDigest, Claim.holder(of: question.live) == .unit(question.unit) else {
            return false
        }
        return question.live.annotation(Claim.content) == Text(digest.hex)
    }

    private static func finalizers(of live: Value) -> Text {
        let names = (live["metadata"]?["finalizers"]?.arrayValue ?? []).compactMap(\.stringValue?.string)
        return names.isEmpty ? "its grace period" : Text("finalizers: " + names.joined(separator: ", "))
    }

    /// The newest other manager of the fields that differ.
    private static func cause(of difference: LiveDifference, _ managed: ManagedFields, manager: Text) -> Text? {
        let paths = difference.elements + difference.additions.map(\.elements)
        let owners = paths.flatMap { managed.owners(of: $0, besides: manager) }
        guard let newest = owners.max(by: { $0.time < $1.time }) else {
            return paths.isEmpty ? nil : "unknown: the server does not record who"
        }
        let part = newest.subresource.isEmpty ? "" : " through \(newest.subresource)"
        return newest.time.isEmpty
            ? "\(newest.manager)\(Text(part))" : "\(newest.manager)\(Text(part)) at \(newest.time)"
    }
}

extension Verdict {
    /// What is to be told of an object that stands; `nil` when nothing is.
    var extended: Comparison? {
        guard !additions.isEmpty else { return nil }
        return .extended(
            additions.map { FieldDifference(path: $0.path, old: $0.value, new: nil) }, cause: cause)
    }

    /// Whether something must go that an apply does not take out.
    var hasAdditions: Bool {
        if case .differs(let difference) = standing { !difference.additions.isEmpty } else { false }
    }

    /// For the engine: fields with their live and declared values.
    func comparison(rules: DriftRules) -> Comparison {
        switch standing {
        case .stands: return extended ?? .same
        case .claimed(let unit): return .claimed(by: unit)
        case .refused(let reason): return .refused(reason)
        case .differs(let difference):
            var fields = difference.values
            for addition in difference.additions where addition.isDangerous || rules.additions == .remove {
                fields.append(FieldDifference(path: addition.path, old: addition.value, new: nil))
            }
            if !difference.lost.isEmpty {
                let names = difference.lost.prefix(5).map(\.description).joined(separator: ", ")
                let more = difference.lost.count > 5 ? " and \(difference.lost.count - 5) more" : ""
                fields.append(
                    FieldDifference(
                        path: ["metadata", "managedFields"], old: nil,
                        new: .string(Text("trimtab manages \(names)\(more)"))))
            }
            return .differs(fields, cause: cause)
        }
    }
}

extension DesiredObject {
    /// By its own annotation, which may only tighten: left as others have made it.
    var mayNotBeHealed: Bool { annotation(Claim.heal) == "never" }

    /// Of its content, for everybody to see; `nil` where somebody could find out a secret by it.
    var publicDigest: Digest? { id.kind == "Secret" || manifest.holdsSecret ? nil : digest }
}
