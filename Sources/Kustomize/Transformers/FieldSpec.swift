// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// Which field of which kinds of objects a transformer changes.
struct FieldSpec: Sendable, Hashable {
    /// Empty fields mean anything.
    var type: GroupVersionKind
    /// As it is written: `spec/template/spec/containers[]/image`.
    var path: Text
    /// Whether the field is made where it is missing.
    var creates: Bool
    /// The path in steps.
    let steps: [Step]

    struct Step: Sendable, Hashable {
        var name: Text
        /// The path says that a list stands there.
        var isList: Bool

        init(_ part: [UInt8]) {
            isList = part.count >= 2 && part[part.count - 2] == UInt8(ascii: "[") && part.last == UInt8(ascii: "]")
            let name = isList ? part.dropLast(2) : part[...]
            self.name = Text(String(decoding: name, as: UTF8.self))
        }
    }

    init(_ path: Text, creates: Bool = false, group: Text = "", version: Text = "", kind: Text = "") {
        type = GroupVersionKind(group: group, version: version, kind: kind)
        self.path = path
        self.creates = creates
        steps = Self.split(path)
    }

    init(_ field: Field) throws(KustomizeError) {
        let fields = try field.fields(
            ["path", "create", "group", "version", "kind"], of: "a fieldSpec", ignoringOthers: true)
        self.init(
            try fields.text("path"), creates: try fields.bool("create"), group: try fields.text("group"),
            version: try fields.text("version"), kind: try fields.text("kind"))
        guard !path.isEmpty else { throw field.error("a fieldSpec needs a path") }
    }

    /// At slashes that no backslash stands before.
    private static func split(_ path: Text) -> [Step] {
        var steps: [Step] = []
        var part: [UInt8] = []
        for byte in path.utf8 {
            if byte != UInt8(ascii: "/") {
                part.append(byte)
            } else if part.last == UInt8(ascii: "\\") {
                part[part.count - 1] = byte
            } else {
                steps.append(Step(part))
                part.removeAll(keepingCapacity: true)
            }
        }
        return steps + [Step(part)]
    }
}

extension FieldSpec {
    /// What tells a spec from others.
    struct Key: Hashable {
        var type: GroupVersionKind
        var path: Text
    }

    var key: Key { Key(type: type, path: path) }
}

extension [FieldSpec] {
    /// The specs with others added, those that are there already left out.
    ///
    /// - Throws: when two that are otherwise alike disagree about making the field.
    func merging(_ others: [FieldSpec], at place: Place) throws(KustomizeError) -> [FieldSpec] {
        if others.isEmpty { return self }
        var all = self
        var creates: [FieldSpec.Key: Bool] = [:]
        for spec in self where creates[spec.key] == nil { creates[spec.key] = spec.creates }
        for other in others {
            guard let known = creates[other.key] else {
                creates[other.key] = other.creates
                all.append(other)
                continue
            }
            guard known == other.creates else {
                throw KustomizeError(
                    place, "two configurations disagree whether \(other.path) of \(other.type) is made where missing",
                    advice: "give both the same create")
            }
        }
        return all
    }
}
