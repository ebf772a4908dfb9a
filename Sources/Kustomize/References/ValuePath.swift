// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// A path as replacements and vars write it: `spec.containers.[name=web].env.0.value`, with `\.` for a dot in a name.
struct ValuePath {
    enum Step: Equatable {
        case field(Text)
        /// Items of a list whose field has a value; an empty field means items that are the value.
        case items(field: Text, value: Text)
        case index(Int)
        /// The last item; in sources alone.
        case last
        case all
    }

    let steps: [Step]
    let text: Text

    init(_ text: Text) {
        self.text = text
        steps = Self.parts(text).filter { !$0.isEmpty }.map(Self.step)
    }

    /// `[0]` behind a name, as vars write it, is an index.
    init(variable text: Text) {
        self.text = text
        var steps: [Step] = []
        for part in Self.parts(text) where !part.isEmpty {
            guard part.last == UInt8(ascii: "]"), let open = part.lastIndex(of: UInt8(ascii: "[")),
                let index = Int(String(decoding: part[(open + 1)..<(part.count - 1)], as: UTF8.self)), index >= 0
            else {
                steps.append(Self.step(part))
                continue
            }
            if open > 0 { steps.append(.field(Text(String(decoding: part[..<open], as: UTF8.self)))) }
            steps.append(.index(index))
        }
        self.steps = steps
    }

    /// Dots within brackets and behind backslashes do not split.
    private static func parts(_ text: Text) -> [[UInt8]] {
        var parts: [[UInt8]] = [[]]
        var isInBrackets = false
        var isEscaped = false
        for byte in text.utf8 {
            if isEscaped {
                isEscaped = false
                if byte != UInt8(ascii: ".") { parts[parts.count - 1].append(UInt8(ascii: "\\")) }
                parts[parts.count - 1].append(byte)
                continue
            }
            switch byte {
            case UInt8(ascii: "\\"): isEscaped = true
            case UInt8(ascii: ".") where !isInBrackets: parts.append([])
            case UInt8(ascii: "["):
                if parts[parts.count - 1].isEmpty { isInBrackets = true }
                parts[parts.count - 1].append(byte)
            case UInt8(ascii: "]"):
                isInBrackets = false
                parts[parts.count - 1].append(byte)
            default: parts[parts.count - 1].append(byte)
            }
        }
        if isEscaped { parts[parts.count - 1].append(UInt8(ascii: "\\")) }
        return parts
    }

    private static func step(_ part: [UInt8]) -> Step {
        if part.elementsEqual("*".utf8) { return .all }
        if part.elementsEqual("-".utf8) { return .last }
        if part.first == UInt8(ascii: "["), part.last == UInt8(ascii: "]"),
            let equals = part.firstIndex(of: UInt8(ascii: "="))
        {
            return .items(
                field: Text(String(decoding: part[1..<equals], as: UTF8.self)),
                value: Text(String(decoding: part[(equals + 1)..<(part.count - 1)], as: UTF8.self)))
        }
        let text = String(decoding: part, as: UTF8.self)
        if let index = Int(text), index >= 0 { return .index(index) }
        return .field(Text(text))
    }

    /// The one value that the path leads to, items of lists by their exact values; `nil` when there is none.
    func value(in root: Value) -> Value? {
        var value = root
        for step in steps {
            let next: Value? =
                switch step {
                case .field(let name): value[name]
                case .index(let index):
                    value.arrayValue.flatMap { $0.indices.contains(index) ? $0[index] : nil } ?? value["\(index)"]
                case .last: value.arrayValue?.last
                case .items(let field, let wanted):
                    value.arrayValue?.first { item in
                        field.isEmpty ? item.scalarText == wanted : item[field]?.scalarText == wanted
                    }
                case .all: nil
                }
            guard let next else { return nil }
            value = next
        }
        return value
    }
}

/// What is made at the end of a path where nothing is.
enum PathCreation {
    case nothing
    case scalar, map, list

    var empty: Value {
        switch self {
        case .nothing, .scalar: .null
        case .map: .object(Object())
        case .list: .array([])
        }
    }
}

extension ValuePath {
    /// Changes all values that the path leads to, and measures what they become. Items of lists are chosen by a regular expression that may fit any
    /// part of their field, as in kustomize v5.6.
    ///
    /// - Returns: how many there were.
    func change(
        _ root: inout Value, creating creation: PathCreation, _ allowance: inout Allowance,
        _ body: (inout Value) throws(WalkFailure) -> Void
    ) throws(WalkFailure) -> Int {
        guard steps.count <= allowance.depth else {
            throw WalkFailure(reason: "the path has more than \(allowance.depth) steps", isBudget: true)
        }
        return try change(&root, steps[...], creation, &allowance, body)
    }

    private func change(
        _ value: inout Value, _ rest: ArraySlice<Step>, _ creation: PathCreation, _ allowance: inout Allowance,
        _ body: (inout Value) throws(WalkFailure) -> Void
    ) throws(WalkFailure) -> Int {
        guard allowance.take() else { throw WalkFailure(allowance) }
        guard let step = rest.first else {
            try body(&value)
            guard allowance.put(value, below: steps.count) else { throw WalkFailure(allowance) }
            return 1
        }
        let rest = rest.dropFirst()
        switch step {
        case .field(let name):
            if value.isNull { return 0 }
            guard value.objectValue != nil else {
                throw WalkFailure(reason: "\(name) is looked for in \(value.kindInWords)")
            }
            return try value.editObject { (object) throws(WalkFailure) in
                if object[name] == nil {
                    if case .nothing = creation { return 0 }
                    object[name] = Self.made(for: rest, creation)
                }
                return try object.edit(name) { (value) throws(WalkFailure) in
                    try change(&value, rest, creation, &allowance, body)
                } ?? 0
            } ?? 0
        case .index, .last, .all, .items:
            if value.isNull { return 0 }
            guard value.arrayValue != nil || step == .all && value.objectValue != nil else {
                throw WalkFailure(reason: "an item is looked for in \(value.kindInWords)")
            }
            if value.objectValue != nil {
                return try value.editObject { (object) throws(WalkFailure) in
                    var count = 0
                    for index in object.pairs.indices {
                        count += try change(&object[at: index], rest, creation, &allowance, body)
                    }
                    return count
                } ?? 0
            }
            return try value.editArray { (items) throws(WalkFailure) in
                var count = 0
                for index in try chosen(by: step, in: &items, rest, creation, &allowance) {
                    count += try change(&items[index], rest, creation, &allowance, body)
                }
                return count
            } ?? 0
        }
    }

    private func chosen(
        by step: Step, in items: inout [Value], _ rest: ArraySlice<Step>, _ creation: PathCreation,
        _ allowance: inout Allowance
    ) throws(WalkFailure) -> [Int] {
        var creates = true
        if case .nothing = creation { creates = false }
        switch step {
        case .field: return []
        case .all: return Array(items.indices)
        case .last: throw WalkFailure(reason: "- stands for the last item of a source, not of a target; give its index")
        case .index(let index):
            if index == items.count, creates { items.append(Self.made(for: rest, creation)) }
            guard items.indices.contains(index) else {
                throw WalkFailure(reason: "the list has \(items.count) items, none at \(index)")
            }
            return [index]
        case .items(let field, let wanted):
            let pattern: Pattern
            do throws(PatternError) {
                pattern = try Pattern(wanted, anchored: false)
            } catch {
                throw WalkFailure(reason: "\(wanted.quoted) is no regular expression: \(error.reason)")
            }
            guard allowance.take(wanted.utf8.count) else { throw WalkFailure(allowance) }
            var found: [Int] = []
            for index in items.indices {
                let text = field.isEmpty ? items[index].scalarText : items[index][field]?.scalarText
                guard allowance.take(1 + (text.map(pattern.work) ?? 0)) else { throw WalkFailure(allowance) }
                if let text, pattern.matches(text) { found.append(index) }
            }
            if !found.isEmpty || !creates { return found }
            items.append(field.isEmpty ? .string(wanted) : .object([field: Value(plain: wanted)]))
            return [items.count - 1]
        }
    }

    /// What a missing value must be for the rest of a path.
    private static func made(for rest: ArraySlice<Step>, _ creation: PathCreation) -> Value {
        switch rest.first {
        case .field: .object(Object())
        case .index, .last, .items: .array([])
        case .all, nil: creation.empty
        }
    }
}
