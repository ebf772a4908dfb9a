// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

extension Schema {
    /// As JSON Schema, draft 2020-12, without the heading of a document.
    package var json: Value { .object(keywords) }

    private var keywords: Object {
        switch self {
        case .any: [:]
        case .string(let rule): rule.keywords
        case .choice(let words):
            if let word = words.first, words.count == 1 {
                ["const": .string(word)]
            } else {
                ["enum": .array(words.map(Value.string))]
            }
        case .boolean: ["type": "boolean"]
        case .integer(let range):
            [
                "type": "integer", "minimum": .number(Number(range.lowerBound)),
                "maximum": .number(Number(range.upperBound)),
            ]
        case .list(let item, let atLeast):
            (["type": "array", "items": item.json] as Object).adding("minItems", atLeast, "maxItems")
        case .map(let key, let item, let atLeast):
            (["type": "object", "propertyNames": key.json, "additionalProperties": item.json] as Object)
                .adding("minProperties", atLeast, "maxProperties")
        case .object(let rule): rule.keywords
        case .either(let schemas): ["anyOf": .array(schemas.map(\.json))]
        }
    }
}

extension StringRule {
    fileprivate var keywords: Object {
        guard let pattern else { return ["type": "string"] }
        return [
            "type": "string", "maxLength": .number(Number(Int64(Self.longestLine))),
            "pattern": .string(Text(pattern)),
        ]
    }
}

extension ObjectRule {
    fileprivate var keywords: Object {
        var properties = Object()
        for entry in entries {
            var property = entry.schema.json.objectValue ?? Object()
            if !entry.description.isEmpty { property["description"] = .string(Text(entry.description)) }
            properties[entry.key] = .object(property)
        }
        var keywords: Object = ["type": "object", "properties": .object(properties)]
        let required = entries.filter(\.isRequired).map { Value.string($0.key) }
        if !required.isEmpty { keywords["required"] = .array(required) }
        if !isOpen { keywords["additionalProperties"] = false }
        let rules = choices.map(\.keywords)
        if let rule = rules.first, rules.count == 1 {
            for pair in rule.pairs { keywords[pair.key] = pair.value }
        } else if !rules.isEmpty {
            keywords["allOf"] = .array(rules.map(Value.object))
        }
        return keywords
    }
}

extension ObjectRule.Entry {
    /// What the field is for and what it must look like, in sentences.
    package var description: String {
        guard case .string(let rule) = schema, rule.pattern != nil, let first = rule.meaning.first else {
            return summary
        }
        let meaning = first.uppercased() + rule.meaning.dropFirst() + "."
        if meaning == "A line of text." { return summary }
        return summary.isEmpty ? meaning : "\(summary) \(meaning)"
    }
}

extension ObjectRule.Choice {
    fileprivate var keywords: Object {
        let each = keys.map { Value.object(["required": [.string($0)]]) }
        switch count {
        case .exactlyOne: return ["oneOf": .array(each)]
        case .atLeastOne: return ["anyOf": .array(each)]
        case .atMostOne: return ["oneOf": .array(each + [["not": ["anyOf": .array(each)]]])]
        }
    }
}

extension Object {
    fileprivate func adding(_ least: Text, _ atLeast: Int, _ most: Text) -> Object {
        var object = self
        if atLeast > 0 { object[least] = .number(Number(Int64(atLeast))) }
        object[most] = .number(Number(Int64(itemLimit)))
        return object
    }
}
