// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// A patch as RFC 6902 has it: operations in their order.
struct JSONPatch {
    enum Operation {
        case add(JSONPointer, Value)
        case replace(JSONPointer, Value)
        case remove(JSONPointer)
        case move(JSONPointer, from: JSONPointer)
        case copy(JSONPointer, from: JSONPointer)
        case test(JSONPointer, Value)
    }

    private let operations: [(operation: Operation, path: Text)]

    init(operations: [(operation: Operation, path: Text)]) { self.operations = operations }

    /// Reads a patch from its document.
    init(_ list: Field) throws(KustomizeError) {
        var operations: [(operation: Operation, path: Text)] = []
        for item in try list.items() {
            guard let object = item.value.objectValue else {
                throw item.error("an operation of a JSON patch must be a map, not \(item.value.kindInWords)")
            }
            func pointer(_ name: Text) throws(KustomizeError) -> JSONPointer {
                let field = Field(object[name] ?? .null, path: item.path.appending(name), source: item.source)
                guard !field.isNull else { throw item.error("an operation of a JSON patch needs \(name)") }
                guard let pointer = JSONPointer(try field.text()) else {
                    throw field.error(
                        "\(try field.text().quoted) is no path", advice: "paths begin with a slash: /spec")
                }
                return pointer
            }
            func value() throws(KustomizeError) -> Value {
                guard let value = object["value"] else { throw item.error("the operation needs a value") }
                return value
            }
            let operation: Operation
            switch object["op"]?.stringValue {
            case "add": operation = .add(try pointer("path"), try value())
            case "replace": operation = .replace(try pointer("path"), try value())
            case "remove": operation = .remove(try pointer("path"))
            case "move": operation = .move(try pointer("path"), from: try pointer("from"))
            case "copy": operation = .copy(try pointer("path"), from: try pointer("from"))
            case "test": operation = .test(try pointer("path"), object["value"] ?? .null)
            case let other:
                throw item.error(
                    "\((other ?? "").quoted) is no operation of a JSON patch",
                    advice: "op is add, replace, remove, move, copy or test")
            }
            operations.append((operation, object["path"]?.stringValue ?? ""))
        }
        self.operations = operations
    }

    func apply(to value: inout Value, _ allowance: inout Allowance) throws(JSONPatchFailure) {
        for (index, item) in operations.enumerated() {
            do throws(JSONPatchFailure) {
                guard allowance.take(value.work(at: item.operation.pointer.tokens)) else {
                    throw JSONPatchFailure(allowance)
                }
                if let new = item.operation.inserted(into: value) {
                    guard allowance.put(new, below: item.operation.pointer.tokens.count) else {
                        throw JSONPatchFailure(allowance)
                    }
                }
                try Self.apply(item.operation, to: &value)
            } catch {
                throw JSONPatchFailure(
                    reason: "operation \(index + 1), \(item.path.quoted): \(error.reason)", isBudget: error.isBudget)
            }
        }
    }

    private static func apply(_ operation: Operation, to value: inout Value) throws(JSONPatchFailure) {
        switch operation {
        case .add(let pointer, let new): try value.insert(new, at: pointer.tokens[...])
        case .replace(let pointer, let new): try value.replace(with: new, at: pointer.tokens[...])
        case .remove(let pointer): _ = try value.take(at: pointer.tokens[...])
        case .move(let pointer, let source):
            try value.insert(try value.take(at: source.tokens[...]), at: pointer.tokens[...])
        case .copy(let pointer, let source):
            guard let found = value.found(at: source.tokens[...]) else {
                throw JSONPatchFailure(reason: "nothing is at the place to copy from")
            }
            try value.insert(found, at: pointer.tokens[...])
        case .test(let pointer, let wanted):
            let found = value.found(at: pointer.tokens[...]) ?? .null
            guard found == wanted || found.isNull && wanted.isNull else {
                throw JSONPatchFailure(reason: "the test fails: the value is another")
            }
        }
    }
}

struct JSONPatchFailure: Error {
    var reason: String
    var isBudget = false
}

extension JSONPatchFailure {
    /// By an allowance that is spent.
    init(_ allowance: Allowance) { self.init(reason: allowance.refusal, isBudget: true) }
}

extension JSONPatch.Operation {
    fileprivate var pointer: JSONPointer {
        switch self {
        case .add(let pointer, _), .replace(let pointer, _), .remove(let pointer), .move(let pointer, _),
            .copy(let pointer, _), .test(let pointer, _):
            pointer
        }
    }

    /// What comes to stand at its place, or is compared with what stands there.
    fileprivate func inserted(into value: Value) -> Value? {
        switch self {
        case .add(_, let new), .replace(_, let new), .test(_, let new): new
        case .move(_, let source), .copy(_, let source): value.found(at: source.tokens[...])
        case .remove: nil
        }
    }
}

extension Value {
    /// Steps to get to a place and to make room there: what stands behind it in a list or map is moved.
    fileprivate func work(at tokens: [Text]) -> Int {
        let neighbours =
            switch found(at: tokens.dropLast()) {
            case .array(let items)?: items.count
            case .object(let object)?: object.count
            default: 0
            }
        return 1 + tokens.count + neighbours >> 5
    }

    fileprivate func found(at tokens: ArraySlice<Text>) -> Value? {
        guard let token = tokens.first else { return self }
        switch self {
        case .object(let object): return object[token]?.found(at: tokens.dropFirst())
        case .array(let items):
            guard let index = try? Self.index(token, count: items.count, mayAppend: false) else { return nil }
            return items[index].found(at: tokens.dropFirst())
        default: return nil
        }
    }

    fileprivate mutating func insert(_ new: Value, at tokens: ArraySlice<Text>) throws(JSONPatchFailure) {
        guard let last = tokens.last else {
            self = new
            return
        }
        try descend(tokens) { (parent) throws(JSONPatchFailure) in
            switch parent {
            case .object: _ = parent.editObject { $0[last] = new }
            case .array:
                _ = try parent.editArray { (items) throws(JSONPatchFailure) in
                    items.insert(new, at: try Self.index(last, count: items.count, mayAppend: true))
                }
            default: throw JSONPatchFailure(reason: "its parent is \(parent.kindInWords)")
            }
        }
    }

    fileprivate mutating func replace(with new: Value, at tokens: ArraySlice<Text>) throws(JSONPatchFailure) {
        guard let last = tokens.last else {
            self = new
            return
        }
        try descend(tokens) { (parent) throws(JSONPatchFailure) in
            switch parent {
            // kustomize's library puts a value also where none was.
            case .object: _ = parent.editObject { $0[last] = new }
            case .array:
                _ = try parent.editArray { (items) throws(JSONPatchFailure) in
                    items[try Self.index(last, count: items.count, mayAppend: false)] = new
                }
            default: throw JSONPatchFailure(reason: "its parent is \(parent.kindInWords)")
            }
        }
    }

    fileprivate mutating func take(at tokens: ArraySlice<Text>) throws(JSONPatchFailure) -> Value {
        guard let last = tokens.last else { throw JSONPatchFailure(reason: "the whole object cannot be removed") }
        var taken = Value.null
        try descend(tokens) { (parent) throws(JSONPatchFailure) in
            switch parent {
            case .object(let object):
                guard let found = object[last] else { throw JSONPatchFailure(reason: "there is nothing to remove") }
                taken = found
                _ = parent.editObject { $0[last] = nil }
            case .array:
                _ = try parent.editArray { (items) throws(JSONPatchFailure) in
                    taken = items.remove(at: try Self.index(last, count: items.count, mayAppend: false))
                }
            default: throw JSONPatchFailure(reason: "its parent is \(parent.kindInWords)")
            }
        }
        return taken
    }

    /// Calls `body` with the value that holds what the last token names.
    private mutating func descend(
        _ tokens: ArraySlice<Text>, _ body: (inout Value) throws(JSONPatchFailure) -> Void
    ) throws(JSONPatchFailure) {
        guard let token = tokens.first, tokens.count > 1 else { return try body(&self) }
        switch self {
        case .object(let object):
            guard object[token] != nil else { throw JSONPatchFailure(reason: "\(token.quoted) is not there") }
            _ = try editObject { (object) throws(JSONPatchFailure) in
                try object.edit(token) { (value) throws(JSONPatchFailure) in
                    try value.descend(tokens.dropFirst(), body)
                }
            }
        case .array:
            _ = try editArray { (items) throws(JSONPatchFailure) in
                let index = try Self.index(token, count: items.count, mayAppend: false)
                try items[index].descend(tokens.dropFirst(), body)
            }
        default: throw JSONPatchFailure(reason: "\(token.quoted) is looked for in \(kindInWords)")
        }
    }

    /// An index as a patch writes it: from the end when it is negative, `-` behind the end.
    private static func index(_ token: Text, count: Int, mayAppend: Bool) throws(JSONPatchFailure) -> Int {
        if token == "-", mayAppend { return count }
        guard let number = Int(token.string) else {
            throw JSONPatchFailure(reason: "\(token.quoted) is no index of a list")
        }
        let index = number < 0 ? number + count + (mayAppend ? 1 : 0) : number
        guard index >= 0, index < count || mayAppend && index == count else {
            throw JSONPatchFailure(reason: "the list has \(count) items, none at \(number)")
        }
        return index
    }
}
