// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// Holds a value against a JSON Schema, knowing nothing of the tables that it was made from. Keywords that it does not
/// know are an error, so that none is passed over.
struct SchemaChecker {
    struct UnknownKeyword: Error, CustomStringConvertible {
        var description: String
    }

    let root: Value
    private let patterns: [Text: Regex<AnyRegexOutput>]

    init(_ root: Value) throws {
        self.root = root
        var found: [Text: Regex<AnyRegexOutput>] = [:]
        try Self.collect(root) { found[$0] = try Regex($0.string).matchingSemantics(.unicodeScalar) }
        patterns = found
    }

    private static func collect(_ value: Value, _ take: (Text) throws -> Void) throws {
        if let pattern = value["pattern"]?.stringValue { try take(pattern) }
        for pair in value.objectValue?.pairs ?? [] { try collect(pair.value, take) }
        for item in value.arrayValue ?? [] { try collect(item, take) }
    }

    func accepts(_ value: Value) throws -> Bool { try accepts(value, root) }

    private func accepts(_ value: Value, _ schema: Value) throws -> Bool {
        if let verdict = schema.boolValue { return verdict }
        for (keyword, rule) in schema.objectValue?.pairs ?? [] {
            guard try holds(value, keyword.string, rule, schema) else { return false }
        }
        return true
    }

    private func holds(_ value: Value, _ keyword: String, _ rule: Value, _ schema: Value) throws -> Bool {
        switch keyword {
        case "$schema", "$defs", "title", "description", "then": true
        case "$ref": try accepts(value, try resolve(rule))
        case "type": type(of: value, is: rule.stringValue?.string ?? "")
        case "const": value == rule
        case "enum": (rule.arrayValue ?? []).contains(value)
        case "allOf": try (rule.arrayValue ?? []).allSatisfy { try accepts(value, $0) }
        case "anyOf": try (rule.arrayValue ?? []).contains { try accepts(value, $0) }
        case "oneOf": try (rule.arrayValue ?? []).count { try accepts(value, $0) } == 1
        case "not": try !accepts(value, rule)
        case "if": try accepts(value, rule) ? try accepts(value, schema["then"] ?? true) : true
        case "pattern", "minLength", "maxLength": try string(value.stringValue, keyword, rule)
        case "minimum": value.intValue.map { $0 >= rule.intValue ?? 0 } ?? true
        case "maximum": value.intValue.map { $0 <= rule.intValue ?? 0 } ?? true
        case "items": try (value.arrayValue ?? []).allSatisfy { try accepts($0, rule) }
        case "minItems": value.arrayValue.map { $0.count >= rule.intValue ?? 0 } ?? true
        case "maxItems": value.arrayValue.map { $0.count <= rule.intValue ?? 0 } ?? true
        default: try object(value.objectValue, keyword, rule, schema)
        }
    }

    private func string(_ text: Text?, _ keyword: String, _ rule: Value) throws -> Bool {
        guard let text else { return true }
        switch keyword {
        case "minLength": return text.string.unicodeScalars.count >= rule.intValue ?? 0
        case "maxLength": return text.string.unicodeScalars.count <= rule.intValue ?? 0
        default: return try rule.stringValue.flatMap { patterns[$0] }?.firstMatch(in: text.string) != nil
        }
    }

    private func object(_ object: Object?, _ keyword: String, _ rule: Value, _ schema: Value) throws -> Bool {
        let keys = object?.keys ?? []
        switch keyword {
        case "minProperties": return object.map { $0.count >= rule.intValue ?? 0 } ?? true
        case "maxProperties": return object.map { $0.count <= rule.intValue ?? 0 } ?? true
        case "required":
            return object == nil || (rule.arrayValue ?? []).allSatisfy { keys.map(Value.string).contains($0) }
        case "properties":
            return try keys.allSatisfy { try accepts(object?[$0] ?? .null, rule[$0] ?? true) }
        case "propertyNames": return try keys.allSatisfy { try accepts(.string($0), rule) }
        case "additionalProperties":
            let known = schema["properties"]?.objectValue?.keys ?? []
            return try keys.allSatisfy { try known.contains($0) || accepts(object?[$0] ?? .null, rule) }
        default: throw UnknownKeyword(description: keyword)
        }
    }

    private func resolve(_ reference: Value) throws -> Value {
        let prefix = "#/$defs/"
        guard let text = reference.stringValue?.string, text.hasPrefix(prefix),
            let found = root["$defs"]?[Text(String(text.dropFirst(prefix.count)))]
        else { throw UnknownKeyword(description: "$ref \(reference)") }
        return found
    }

    private func type(of value: Value, is name: String) -> Bool {
        switch (value, name) {
        case (.string, "string"), (.bool, "boolean"), (.array, "array"), (.object, "object"): true
        case (.number(let number), "integer"): number.int64 != nil
        default: false
        }
    }
}
