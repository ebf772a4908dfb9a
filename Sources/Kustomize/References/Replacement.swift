// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// One entry of `replacements`: copies a value of one object into fields of others.
struct Replacement {
    struct Options {
        var delimiter: Text = ""
        var index: Int = 0
        var creates = false
    }

    struct Target {
        var select: ResourceSelector.Identity
        var labels: LabelSelector
        var annotations: LabelSelector
        var reject: [(identity: ResourceSelector.Identity, labels: LabelSelector, annotations: LabelSelector)]
        var fields: [(path: ValuePath, place: Place)]
        var options: Options
    }

    private let source: ResourceSelector.Identity
    private let sourcePath: ValuePath
    private let sourceOptions: Options
    private let targets: [Target]
    private let place: Place

    init(_ item: Field) throws(KustomizeError) {
        let fields = try item.fields(["source", "targets", "path"], of: "a replacement")
        guard let source = fields["source"] else {
            throw item.error(
                "a replacement needs a source", advice: "source: {kind: ConfigMap, name: a, fieldPath: data.x}")
        }
        guard fields["targets"] != nil else { throw item.error("a replacement needs targets") }
        let parts = try source.fields(
            ["group", "version", "kind", "name", "namespace", "fieldPath", "options"], of: "a source")
        self.source = try ResourceSelector.Identity(parts)
        let path = try parts.text("fieldPath")
        sourcePath = ValuePath(path.isEmpty ? "metadata.name" : path)
        sourceOptions = try Options(parts["options"])
        place = source.place
        var targets: [Target] = []
        for target in try fields.items("targets") { targets.append(try Target(target)) }
        self.targets = targets
    }

    func apply(to set: inout ResourceSet, _ allowance: inout Allowance) throws(KustomizeError) {
        guard allowance.take(set.items.count) else { throw tooMuch(allowance) }
        let value = try sourceValue(in: set)
        var isOther = false
        for target in targets {
            guard allowance.take(set.items.count * (1 + target.reject.count)) else { throw tooMuch(allowance) }
            let indices = set.items.indices.filter { target.selects(set.items[$0]) }
            try set.change(indices) { (resource) throws(KustomizeError) in
                let before = resource.id
                for field in target.fields {
                    try Self.copy(value, to: field, of: &resource, target.options, &allowance)
                }
                if resource.id != before || resource.value.isEmptyObject { isOther = true }
            }
        }
        if isOther { try set.settle() }
    }

    private func tooMuch(_ allowance: Allowance) -> KustomizeError {
        KustomizeError(place, "the replacement: \(allowance.refusal)", code: .tooMuch)
    }

    private func sourceValue(in set: ResourceSet) throws(KustomizeError) -> Value {
        let found = set.items.filter { source.means($0) }
        guard found.count == 1, let object = found.first else {
            throw KustomizeError(
                place, found.isEmpty ? "the source is not there" : "the source may mean any of \(found.count) objects",
                advice: found.isEmpty
                    ? "kind and name must be those of an object of this kustomization"
                    : "say more of it: group, version, namespace")
        }
        guard let value = sourcePath.value(in: object.value), !value.isEmptySource else {
            throw KustomizeError(place, "\(object.id) has no \(sourcePath.text)")
        }
        if sourceOptions.delimiter.isEmpty { return value }
        guard let text = value.scalarText else {
            throw KustomizeError(place, "a delimiter is for texts, and \(sourcePath.text) is \(value.kindInWords)")
        }
        let parts = text.split(by: sourceOptions.delimiter)
        guard parts.indices.contains(sourceOptions.index) else {
            throw KustomizeError(
                place, "\(text.quoted) has \(parts.count) parts, none at \(sourceOptions.index)")
        }
        return value.stringValue == nil ? Value(plain: parts[sourceOptions.index]) : .string(parts[sourceOptions.index])
    }

    private static func copy(
        _ value: Value, to field: (path: ValuePath, place: Place), of resource: inout Resource, _ options: Options,
        _ allowance: inout Allowance
    ) throws(KustomizeError) {
        let creation: PathCreation =
            if !options.creates { .nothing } else {
                switch value {
                case .object: .map
                case .array: .list
                default: .scalar
                }
            }
        let count: Int
        do throws(WalkFailure) {
            count = try field.path.change(&resource.value, creating: creation, &allowance) {
                (target) throws(WalkFailure) in
                try set(&target, to: value, options)
            }
        } catch {
            throw KustomizeError(
                field.place, "\(field.path.text) of \(resource.id) cannot be replaced: \(error.reason)",
                code: error.isBudget ? .tooMuch : .invalid)
        }
        guard count > 0 else {
            throw KustomizeError(
                field.place, "\(resource.id) has no \(field.path.text) to replace",
                advice: options.creates ? nil : "options: {create: true} makes it")
        }
    }

    /// A scalar keeps its type: a number put into a text becomes a text.
    private static func set(
        _ target: inout Value, to value: Value, _ options: Options
    ) throws(WalkFailure) {
        guard let old = target.scalarText else {
            if !options.delimiter.isEmpty {
                throw WalkFailure(reason: "a delimiter is for texts, and this is \(target.kindInWords)")
            }
            target = value
            return
        }
        guard var text = value.scalarText else {
            guard target == .null else {
                throw WalkFailure(reason: "\(value.kindInWords) cannot take the place of \(target.kindInWords)")
            }
            target = value
            return
        }
        if !options.delimiter.isEmpty {
            var parts = old.split(by: options.delimiter)
            if options.index < 0 {
                parts.insert(text, at: 0)
            } else if options.index >= parts.count {
                parts.append(text)
            } else {
                parts[options.index] = text
            }
            text = Text(parts.map(\.string).joined(separator: options.delimiter.string))
        }
        switch target {
        case .string: target = .string(text)
        case .null: target = Value(plain: text)
        default:
            let new = Value(plain: text)
            guard new.kindInWords == target.kindInWords || target.isNull else {
                throw WalkFailure(
                    reason: "\(text.quoted) is no \(target.numberValue == nil ? "boolean" : "number"), as the field is")
            }
            target = target.isNull ? target : new
        }
    }
}

extension Replacement.Options {
    init(_ field: Field?) throws(KustomizeError) {
        guard let field else { return }
        let fields = try field.fields(["delimiter", "index", "encoding", "create"], of: "options")
        delimiter = try fields.text("delimiter")
        index = Int(
            truncatingIfNeeded: try fields["index"].map { (field) throws(KustomizeError) in try field.integer() } ?? 0)
        creates = try fields.bool("create")
    }
}

extension Replacement.Target {
    init(_ item: Field) throws(KustomizeError) {
        let fields = try item.fields(["select", "reject", "fieldPaths", "options"], of: "a target")
        guard let select = fields["select"] else {
            throw item.error("a target needs select", advice: "select: {kind: Deployment} chooses the objects")
        }
        (self.select, labels, annotations) = try Self.selection(select)
        reject = []
        for item in try fields.items("reject") { reject.append(try Self.selection(item)) }
        self.fields = []
        for path in try fields.items("fieldPaths") { self.fields.append((ValuePath(try path.text()), path.place)) }
        if self.fields.isEmpty { self.fields = [(ValuePath("metadata.name"), item.place)] }
        options = try Replacement.Options(fields["options"])
    }

    private static func selection(
        _ field: Field
    ) throws(KustomizeError) -> (ResourceSelector.Identity, LabelSelector, LabelSelector) {
        let fields = try field.fields(ResourceSelector.fieldNames, of: "a selector")
        func labels(_ name: String) throws(KustomizeError) -> LabelSelector {
            let text = try fields.text(name)
            guard let selector = LabelSelector(text) else {
                throw (fields[name] ?? field).error("\(text.quoted) is no label selector")
            }
            return selector
        }
        return (
            try ResourceSelector.Identity(fields), try labels("labelSelector"), try labels("annotationSelector")
        )
    }

    func selects(_ resource: Resource) -> Bool {
        let (names, notes) = (resource.texts(of: "labels"), resource.texts(of: "annotations"))
        guard labels.matches(names), annotations.matches(notes) else { return false }
        for rejected in reject where !rejected.labels.text.isEmpty || !rejected.annotations.text.isEmpty {
            if rejected.labels.matches(names), rejected.annotations.matches(notes) { return false }
        }
        return ([resource.id] + resource.previousIDs).contains { id in
            select.means(id) && !reject.contains { !$0.identity.isEmpty && $0.identity.means(id) }
        }
    }
}

extension ResourceSelector.Identity {
    /// Whether an object is, or was, what this says exactly.
    func means(_ resource: Resource) -> Bool { ([resource.id] + resource.previousIDs).contains(where: means) }

    func means(_ id: ResourceID) -> Bool {
        (name.isEmpty || name == id.name) && (namespace.isEmpty || namespace == id.namespace) && id.type.matches(type)
    }
}

extension Text {
    /// The parts between the occurrences of another text.
    func split(by delimiter: Text) -> [Text] {
        let (bytes, mark) = (Array(utf8), Array(delimiter.utf8))
        guard !mark.isEmpty else { return [self] }
        var parts: [Text] = []
        var start = 0
        var index = 0
        while index + mark.count <= bytes.count {
            if bytes[index..<(index + mark.count)].elementsEqual(mark) {
                parts.append(Text(String(decoding: bytes[start..<index], as: UTF8.self)))
                index += mark.count
                start = index
            } else {
                index += 1
            }
        }
        parts.append(Text(String(decoding: bytes[start...], as: UTF8.self)))
        return parts
    }
}

extension Value {
    /// Nothing that a replacement could copy.
    fileprivate var isEmptySource: Bool {
        switch self {
        case .object(let object): object.isEmpty
        case .array(let items): items.isEmpty
        case .string(let text): text.isEmpty
        default: isNull
        }
    }
}
