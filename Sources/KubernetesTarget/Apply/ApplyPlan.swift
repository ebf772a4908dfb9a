// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Manifest

/// The request that makes an object what is declared.
struct ApplyPlan: Sendable {
    var body: Value
    /// The object that must be there; `nil` when there is none.
    private(set) var uid: Text?
    /// Whether that one is ours.
    private(set) var isOurs = false
    /// Fields that others own are taken over: what is ours is put back, what is not is asked for, unless the project says
    /// otherwise.
    private(set) var force = false
    /// The resource version before; empty when there is none.
    var before: Text = ""
    /// Something was done already.
    var hasChanged = false

    init(body: Value) { self.body = body }

    /// - Parameter mayForce: whether fields may be taken from others though it is not ours.
    mutating func expect(_ uid: Text, isOurs: Bool, mayForce: Bool = false) {
        self.uid = uid
        self.isOurs = isOurs
        force = isOurs || mayForce
        body = body.settingMetadata("uid", .string(uid))
    }

    /// Refused where the object is there already: no object has this version, and one that is made has none yet.
    var onlyCreating: ApplyPlan {
        var plan = self
        plan.body = body.settingMetadata("resourceVersion", "1")
        return plan
    }

    var withoutUID: ApplyPlan {
        var plan = self
        plan.uid = nil
        plan.body = body.settingMetadata("uid", nil)
        return plan
    }

    /// Leaves fields as others have made them: they are not sent. Those that are ours so far would fall back to their
    /// defaults, so somebody else must own them first.
    ///
    /// - Returns: what to apply under another manager's name before; `nil` when nothing is ours.
    mutating func leave(_ ignored: [FieldPattern], live: Value, manager: Text) -> Value? {
        let owned = ManagedFields(of: live).applied(by: manager)?.set ?? FieldSet()
        var ours: [FieldPath] = []
        for path in IgnoredFields.paths(ignored, in: body) {
            let elements = path.elements(in: body)
            guard path.steps.allSatisfy({ if case .key = $0 { true } else { false } }) else {
                // Half an item cannot be handed over: what is live is sent, to this very version of the object.
                body = body.setting(path.steps[...], live.value(at: elements))
                body = body.settingMetadata("resourceVersion", live["metadata"]?["resourceVersion"])
                continue
            }
            if owned.reaches(elements) { ours.append(path) }
            body = body.removing(path.steps[...])
        }
        guard !ours.isEmpty else { return nil }
        var handover = Object()
        for key in ["apiVersion", "kind"] as [Text] { handover[key] = live[key] }
        var result = Value.object(handover)
        let metadata = live["metadata"]
        for key in ["name", "namespace", "uid", "resourceVersion"] as [Text] {
            if let value = metadata?[key] { result = result.settingMetadata(key, value) }
        }
        for path in ours {
            if let value = live[path] { result = result.setting(path.steps[...], value) }
        }
        return result
    }
}

extension Value {
    func settingMetadata(_ key: Text, _ value: Value?) -> Value {
        guard var object = objectValue else { return self }
        var metadata = object["metadata"]?.objectValue ?? Object()
        metadata[key] = value
        object["metadata"] = .object(metadata)
        return .object(object)
    }

    /// The same without the field at a path; as it is when it leads nowhere.
    func removing(_ steps: ArraySlice<FieldPath.Step>) -> Value {
        guard let first = steps.first else { return self }
        let rest = steps.dropFirst()
        switch (self, first) {
        case (.object(var object), .key(let key)):
            guard let inner = object[key] else { return self }
            object[key] = rest.isEmpty ? nil : inner.removing(rest)
            return .object(object)
        case (.array(var items), .index(let index)):
            guard items.indices.contains(index) else { return self }
            if rest.isEmpty { items.remove(at: index) } else { items[index] = items[index].removing(rest) }
            return .array(items)
        default: return self
        }
    }

    /// The same with a value at a path, maps made where there are none; without the field where there is no value.
    func setting(_ steps: ArraySlice<FieldPath.Step>, _ value: Value?) -> Value {
        guard let value else { return removing(steps) }
        guard let first = steps.first else { return value }
        switch first {
        case .key(let key):
            var object = objectValue ?? Object()
            object[key] = (object[key] ?? .object(Object())).setting(steps.dropFirst(), value)
            return .object(object)
        case .index(let index):
            guard var items = arrayValue, items.indices.contains(index) else { return self }
            items[index] = items[index].setting(steps.dropFirst(), value)
            return .array(items)
        }
    }

    /// The value at a field as the server names it.
    func value(at elements: [FieldSet.Element]) -> Value? {
        var value: Value? = self
        for element in elements {
            switch element {
            case .field(let name): value = value?[name]
            case .item(let keys): value = value?.arrayValue?.first { $0.matches(keys) }
            case .value(let wanted): value = value?.arrayValue?.first { $0 == wanted }
            case .index(let index):
                let items = value?.arrayValue ?? []
                value = items.indices.contains(index) ? items[index] : nil
            }
        }
        return value
    }
}

extension FieldPath {
    /// As the server names it: fields, and places in lists.
    func elements(in live: Value) -> [FieldSet.Element] {
        var elements: [FieldSet.Element] = []
        var value: Value? = live
        var list: Text = ""
        for step in steps {
            switch step {
            case .key(let key):
                elements.append(.field(key))
                list = key
            case .index(let index):
                let items = value?.arrayValue ?? []
                if items.indices.contains(index), let keys = ListKeys.keys(of: list, in: items) {
                    let pairs = keys.compactMap { key in items[index][key].map { (key, $0) } }
                    elements.append(.item(.object(Object(uniquePairs: pairs))))
                } else {
                    elements.append(.index(index))
                }
            }
            value = value?[FieldPath([step])]
        }
        return elements
    }
}
