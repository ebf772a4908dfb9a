// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Manifest

/// Goes through a declared object beside the live one.
struct LiveWalk {
    let live: Value
    let managed: ManagedFields
    let manager: Text
    let ignored: [FieldPattern]
    let checksOwnership: Bool
    var found = LiveDifference()
    var path = FieldPath()
    var elements: [FieldSet.Element] = []

    /// One declared field of a map.
    mutating func visitField(_ key: Text, _ desired: Value, in live: Value?, owned: FieldSet?) {
        if path == ["metadata"], !LiveDifference.metadata.contains(key) { return }
        within(.key(key), .field(key)) { walk in
            walk.visit(desired, live?[key], owned: owned?[.field(key)], list: key)
        }
    }

    private mutating func visit(_ desired: Value, _ live: Value?, owned: FieldSet?, list: Text) {
        guard !isIgnored else { return }
        switch desired {
        case .null: return
        case .object(let object): visit(object, live, owned: owned)
        case .array(let items): visit(items, live, owned: owned, list: list)
        case .bool, .number, .string, .secret:
            guard let live, ValueEquality.areEqual(desired, live, at: path) else { return note(live, desired) }
            if checksOwnership, owned == nil { lose() }
        }
    }

    private mutating func visit(_ desired: Object, _ live: Value?, owned: FieldSet?) {
        var desired = desired
        // What is not ours does not bear our marks yet, and stands as well as if it did.
        if !checksOwnership, path == ["metadata", "annotations"] { desired[Claim.unit] = nil }
        if !checksOwnership, path == ["metadata", "labels"] { desired[Claim.fleet] = nil }
        // Nothing declared, nothing to differ: the server may leave it out, or fill it in.
        guard !desired.isEmpty else { return owned != nil && live == nil ? note(nil, .object(desired)) : () }
        // Servers leave out maps of marks that are empty; each mark is told by itself.
        let isMarks = path == ["metadata", "labels"] || path == ["metadata", "annotations"]
        guard let live = live ?? (isMarks ? [:] : nil), case .object(let object) = live else {
            if !Value.object(desired).isHollow { note(live, .object(desired)) }
            return
        }
        for (key, value) in desired.pairs { visitField(key, value, in: live, owned: owned) }
        for (key, value) in object.pairs where desired[key] == nil {
            within(.key(key), .field(key)) { $0.visitAddition(value, owned: owned?[.field(key)]) }
        }
    }

    private mutating func visit(_ desired: [Value], _ live: Value?, owned: FieldSet?, list: Text) {
        guard !desired.isEmpty else { return }
        guard let live, case .array(let items) = live else { return note(live, .array(desired)) }
        guard let matching = ListMatching(desired, items, owned: owned, list: list) else {
            return visitInOrder(desired, items, owned: owned)
        }
        for (index, item) in desired.enumerated() {
            let element = matching.element(of: item)
            guard let place = matching.liveIndex[index] else {
                within(.index(index), element) { walk in
                    if !walk.isIgnored { walk.note(nil, item) }
                }
                continue
            }
            within(.index(place), element) { $0.visit(item, items[place], owned: owned?[element], list: list) }
        }
        for place in matching.additions {
            let element = matching.element(of: items[place])
            within(.index(place), element) { $0.visitAddition(items[place], owned: owned?[element]) }
        }
    }

    /// A list that is one value: as long as the live one, and each item stands in its place.
    private mutating func visitInOrder(_ desired: [Value], _ live: [Value], owned: FieldSet?) {
        guard desired.count == live.count else { return note(.array(live), .array(desired)) }
        for (index, item) in desired.enumerated() {
            within(.index(index), .index(index)) { walk in
                walk.visit(
                    item, live[index], owned: owned.map { $0.isWhole ? $0 : $0.children[.index(index)] ?? $0 }, list: ""
                )
            }
        }
    }

    /// Something live that is not declared, in a map or list that is. What nobody owns is a default.
    private mutating func visitAddition(_ value: Value, owned: FieldSet?) {
        // What is ours and not declared any more is a removal, found elsewhere.
        guard checksOwnership, owned == nil, !isIgnored, path.steps.first != .key("status") else { return }
        let isDangerous = Danger.isDangerous(value, at: path)
        guard !managed.wasWrittenWithUs(elements, manager: manager) else { return }
        // What is set through a subresource (a scale) was not put into the object by a hand.
        let isOwned = managed.owners(of: elements, besides: manager).contains { $0.subresource.isEmpty }
        guard isOwned || isDangerous else { return }
        if path.steps.first == .key("metadata"), !isDangerous { return }
        found.additions.append(
            LiveDifference.Addition(
                path: path, elements: elements, value: isHidden ? value.asSecrets : value, isDangerous: isDangerous))
    }

    /// Fields that we applied and that are declared no more.
    mutating func visitRemoved(_ owned: FieldSet, desired: Value?, live: Value?, isRoot: Bool = false) {
        for (element, set) in owned.ordered {
            if path == ["metadata"], case .field(let name) = element, !LiveDifference.metadata.contains(name) {
                continue
            }
            let (step, next, declared) = place(element, in: live, desired)
            guard let step, let next else { continue }
            within(step, element) { walk in
                if walk.isIgnored { return }
                if let declared {
                    if !set.isWhole { walk.visitRemoved(set, desired: declared, live: next) }
                } else {
                    walk.note(next, nil)
                }
            }
        }
    }

    private func place(
        _ element: FieldSet.Element, in live: Value?, _ desired: Value?
    ) -> (FieldPath.Step?, Value?, Value?) {
        switch element {
        case .field(let name): return (.key(name), live?[name], desired?[name])
        case .item(let keys):
            let items = live?.arrayValue ?? []
            guard let index = items.firstIndex(where: { $0.matches(keys) }) else { return (nil, nil, nil) }
            return (.index(index), items[index], desired?.arrayValue?.first { $0.matches(keys) })
        case .value(let value):
            guard let index = live?.arrayValue?.firstIndex(of: value) else { return (nil, nil, nil) }
            return (.index(index), value, desired?.arrayValue?.first { $0 == value })
        case .index: return (nil, nil, nil)
        }
    }

    /// Whether values here must not be seen: those of Secrets, whoever wrote them, and kubectl's copy of any object, which
    /// may hold what was decrypted.
    private var isHidden: Bool {
        guard case .key(let root)? = path.steps.first else { return false }
        if live["kind"] == "Secret", root == "data" || root == "stringData" { return true }
        let copy: [FieldPath.Step] = [.key("metadata"), .key("annotations"), .key(Value.kubectlCopy)]
        return path.steps.count > 1 && zip(path.steps, copy).allSatisfy(==)
    }

    private var isIgnored: Bool { ignored.contains { $0.covers(path, in: live) } }

    private mutating func note(_ live: Value?, _ desired: Value?) {
        // One that the server leaves out because it says nothing.
        if live == nil, desired?.isHollow ?? false { return }
        let isHidden = self.isHidden || desired.map(\.holdsSecret) ?? false
        found.values.append(
            FieldDifference(
                path: path, old: isHidden ? live?.asSecrets : live, new: isHidden ? desired?.asSecrets : desired))
        found.valueElements.append(elements)
    }

    private mutating func lose() {
        found.lost.append(path)
        found.lostElements.append(elements)
    }

    private mutating func within(
        _ step: FieldPath.Step, _ element: FieldSet.Element, _ body: (inout LiveWalk) -> Void
    ) {
        path.steps.append(step)
        elements.append(element)
        body(&self)
        path.steps.removeLast()
        elements.removeLast()
    }
}

extension Value {
    /// Whether every one of these fields stands in the item.
    func matches(_ keys: Value) -> Bool {
        (keys.objectValue?.pairs ?? []).allSatisfy { self[$0.key] == $0.value }
    }

    /// Nothing but nulls and empty maps and lists.
    var isHollow: Bool {
        switch self {
        case .null: true
        case .array(let items): items.isEmpty
        case .object(let object): object.pairs.allSatisfy(\.value.isHollow)
        case .bool, .number, .string, .secret: false
        }
    }
}
