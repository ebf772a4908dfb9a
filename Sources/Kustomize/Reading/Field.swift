// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// A field of a declaration together with its place, for errors that name file and line.
struct Field {
    let value: Value
    let path: FieldPath
    let source: FieldSource

    init(_ value: Value, path: FieldPath = FieldPath(), source: FieldSource) {
        self.value = value
        self.path = path
        self.source = source
    }

    var place: Place { source.place(of: path) }

    func error(_ reason: String, advice: String? = nil, code: KustomizeError.Code = .invalid) -> KustomizeError {
        KustomizeError(place, reason, advice: advice, code: code)
    }

    private func mismatch(_ wanted: String) -> KustomizeError {
        let advice: String? =
            switch value {
            case .number, .bool: wanted == "a text" ? "quote it to make it a text" : nil
            default: nil
            }
        return error("\(path) must be \(wanted), not \(value.kindInWords)", advice: advice)
    }

    var isNull: Bool { value == .null }

    func text() throws(KustomizeError) -> Text {
        guard let text = value.stringValue else { throw mismatch("a text") }
        return text
    }

    func bool() throws(KustomizeError) -> Bool {
        guard let bool = value.boolValue else { throw mismatch("true or false") }
        return bool
    }

    func integer() throws(KustomizeError) -> Int64 {
        guard let integer = value.intValue else { throw mismatch("an integer") }
        return integer
    }

    func items() throws(KustomizeError) -> [Field] {
        if isNull { return [] }
        guard let items = value.arrayValue else { throw mismatch("a list") }
        return items.enumerated().map { Field($1, path: path.appending($0), source: source) }
    }

    func texts() throws(KustomizeError) -> [Text] {
        var texts: [Text] = []
        for item in try items() { texts.append(try item.text()) }
        return texts
    }

    /// A map from texts to texts, ordered by key.
    func textMap() throws(KustomizeError) -> [(key: Text, value: Text)] {
        if isNull { return [] }
        guard let object = value.objectValue else { throw mismatch("a map") }
        var pairs: [(key: Text, value: Text)] = []
        for (key, value) in object.sortedByKey {
            let field = Field(value, path: path.appending(key), source: source)
            pairs.append((key, field.isNull ? "" : try field.text()))
        }
        return pairs
    }

    /// The fields of a map, each of which must be known.
    ///
    /// Keys are compared as Go's JSON compares them: an exact match first, then one that ignores case.
    ///
    /// - Parameter ignoringOthers: whether fields that are not known are passed over.
    func fields(
        _ known: [String], of what: String, ignoringOthers: Bool = false
    ) throws(KustomizeError) -> Fields {
        guard let object = value.objectValue else {
            if isNull { return Fields(byName: [:], all: self) }
            throw mismatch("a map")
        }
        var byName: [String: Field] = [:]
        for (key, value) in object.pairs {
            let field = Field(value, path: path.appending(key), source: source)
            guard
                let name = known.first(where: { $0 == key.string })
                    ?? known.first(where: { key.equalsIgnoringCase($0) })
            else {
                if ignoringOthers { continue }
                throw KustomizeError(
                    source.place(ofKey: field.path), "\(what) has no field \(key.quoted)",
                    advice: Suggestion.nearest(to: key.string, in: known).map { "did you mean \"\($0)\"?" }
                        ?? "known are \(known.joined(separator: ", "))")
            }
            byName[name] = field
        }
        return Fields(byName: byName, all: self)
    }
}

/// The fields of one map by their names.
struct Fields {
    let byName: [String: Field]
    let all: Field

    subscript(name: String) -> Field? {
        guard let field = byName[name], !field.isNull else { return nil }
        return field
    }

    func text(_ name: String) throws(KustomizeError) -> Text {
        guard let field = self[name] else { return "" }
        return try field.text()
    }

    func bool(_ name: String) throws(KustomizeError) -> Bool {
        guard let field = self[name] else { return false }
        return try field.bool()
    }

    func items(_ name: String) throws(KustomizeError) -> [Field] {
        guard let field = self[name] else { return [] }
        return try field.items()
    }

    func texts(_ name: String) throws(KustomizeError) -> [Text] {
        guard let field = self[name] else { return [] }
        return try field.texts()
    }

    func textMap(_ name: String) throws(KustomizeError) -> [(key: Text, value: Text)] {
        guard let field = self[name] else { return [] }
        return try field.textMap()
    }
}

/// Where a declaration was read.
struct FieldSource: Sendable {
    var file: Text
    /// `nil` when places are not known, as in a text within another file.
    var document: YAML.Document?
    /// The place of the whole when ``document`` is `nil`.
    var fallback: Position?

    init(file: Text, document: YAML.Document? = nil, fallback: Position? = nil) {
        self.file = file
        self.document = document
        self.fallback = fallback
    }

    func place(of path: FieldPath) -> Place {
        Place(file: file, position: document?.nearestPosition(of: path) ?? fallback)
    }

    func place(ofKey path: FieldPath) -> Place {
        Place(file: file, position: document?.keyPosition(of: path) ?? document?.nearestPosition(of: path) ?? fallback)
    }
}

extension YAML.Document {
    /// The place of a path, or of the nearest thing around it.
    func nearestPosition(of path: FieldPath) -> Position? {
        var path = path
        while true {
            if let position = position(of: path) { return position }
            if path.isEmpty { return nil }
            path.steps.removeLast()
        }
    }
}

extension Text {
    /// ASCII letters alike in either case.
    func equalsIgnoringCase(_ other: String) -> Bool {
        utf8.count == other.utf8.count && zip(utf8, other.utf8).allSatisfy { Self.lower($0) == Self.lower($1) }
    }

    private static func lower(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}
