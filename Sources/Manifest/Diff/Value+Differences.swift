// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

extension Value {
    /// The fields in which another value differs from this one: `old` is this side, `new` the other.
    ///
    /// Maps are compared by key. In lists, items that were put in or taken out are one difference each, and do not make
    /// their neighbours differ; changed items are compared with the one of the same `name`, else of the same place. An
    /// index in a path is that of the new list, for items taken out that of the old.
    ///
    /// A secret equals a plain text of the same content; where they differ, the plain side is made a secret too, since
    /// it may be the former one.
    package func differences(to new: Value) -> [FieldDifference] {
        var collector = DifferenceCollector()
        collector.compare(self, new)
        return collector.differences
    }
}

private struct DifferenceCollector {
    private(set) var differences: [FieldDifference] = []
    private var path = FieldPath()

    mutating func compare(_ old: Value, _ new: Value) {
        switch (old, new) {
        case (.object(let old), .object(let new)): compare(old, new)
        case (.array(let old), .array(let new)): compare(old, new)
        case (.secret(let secret), .string(let text)), (.string(let text), .secret(let secret)):
            if !secret.withExposed({ $0 == text }) { note(old, new) }
        default: if old != new { note(old, new) }
        }
    }

    private mutating func compare(_ old: Object, _ new: Object) {
        let newKeys = KeyIndex(new)
        for (key, value) in old.pairs {
            within(.key(key)) { collector in
                if let other = newKeys[key] { collector.compare(value, other) } else { collector.note(value, nil) }
            }
        }
        let oldKeys = KeyIndex(old)
        for (key, value) in new.pairs where oldKeys[key] == nil {
            within(.key(key)) { $0.note(nil, value) }
        }
    }

    private mutating func compare(_ old: [Value], _ new: [Value]) {
        // The common case, and much cheaper than to hash every item.
        if old == new { return }
        for gap in SequenceDiff.gaps(old, new) {
            let partners = ListPartners(old: old, new: new, gap: gap)
            for index in gap.old where partners.unpairedOld.contains(index) {
                within(.index(index)) { $0.note(old[index], nil) }
            }
            for index in gap.new {
                within(.index(index)) { collector in
                    if let partner = partners.oldOfNew[index] {
                        collector.compare(old[partner], new[index])
                    } else {
                        collector.note(nil, new[index])
                    }
                }
            }
        }
    }

    private mutating func within(_ step: FieldPath.Step, _ body: (inout DifferenceCollector) -> Void) {
        path.steps.append(step)
        body(&self)
        path.steps.removeLast()
    }

    private mutating func note(_ old: Value?, _ new: Value?) {
        let isSecret = old?.isSecret == true || new?.isSecret == true
        differences.append(
            FieldDifference(path: path, old: isSecret ? old?.hidden : old, new: isSecret ? new?.hidden : new))
    }
}

/// Which changed items of two lists are the same thing.
private struct ListPartners {
    private(set) var oldOfNew: [Int: Int] = [:]
    private(set) var unpairedOld: Set<Int>

    init(old: [Value], new: [Value], gap: SequenceDiff.Gap) {
        unpairedOld = Set(gap.old)
        let byName = Dictionary(
            gap.old.compactMap { index in old[index]["name"]?.stringValue.map { ($0, index) } },
            uniquingKeysWith: { first, _ in first })
        for index in gap.new {
            guard let name = new[index]["name"]?.stringValue, let partner = byName[name],
                unpairedOld.remove(partner) != nil
            else { continue }
            oldOfNew[index] = partner
        }
        // Things with a name are never taken for each other; the rest pairs up in order.
        var nameless = gap.old.filter { unpairedOld.contains($0) && old[$0]["name"] == nil }[...]
        for index in gap.new where new[index]["name"] == nil {
            guard let partner = nameless.popFirst() else { break }
            oldOfNew[index] = partner
            unpairedOld.remove(partner)
        }
    }
}

/// Look-up by key: by scanning in small maps, by hash in large ones.
private struct KeyIndex {
    private let object: Object
    private let index: [Text: Value]?

    init(_ object: Object) {
        self.object = object
        index =
            object.count > 16
            ? Dictionary(object.pairs.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first }) : nil
    }

    subscript(key: Text) -> Value? {
        if let index { index[key] } else { object[key] }
    }
}

extension Value {
    fileprivate var isSecret: Bool {
        if case .secret = self { true } else { false }
    }

    /// A scalar as a secret; maps and lists stay what they are.
    fileprivate var hidden: Value {
        switch self {
        case .string(let text): .secret(Secret(text))
        case .number(let number): .secret(Secret(Text(number.lexeme)))
        case .bool(let bool): .secret(Secret(bool ? "true" : "false"))
        case .null, .array, .object, .secret: self
        }
    }
}
