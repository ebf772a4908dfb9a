// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Manifest

/// The reference of kinds as Markdown, made from the tables of the strict readers.
struct KindReference {
    private let kinds: [KindSchema]

    init(_ kinds: [KindSchema]) { self.kinds = kinds }

    var markdown: String {
        introduction + kinds.map(section).joined() + protection
    }

    private func names(_ isMeant: (FleetKind) -> Bool) -> String {
        FleetKind.allCases.filter(isMeant).map { "`\($0.word)`" }.joined(separator: ", ")
    }

    private var introduction: String {
        let groups = kinds.map { "[`\($0.kind)`](#\($0.kind.string.lowercased()))" }.joined(separator: ", ")
        return """
            # What a fleet consists of

            <!-- Made from the tables of the readers: trimtab schema --markdown > docs/fleet.md -->

            \(groups)

            A fleet is a Git repository with `fleet.yaml` at its root. That file names two folders, and nothing \
            else is read:

            | where | who writes it | may declare |
            |---|---|---|
            | `fleet.yaml` | whoever runs the fleet | one `Fleet` |
            | the `platform` folder | whoever runs the fleet | \(names { $0 != .fleet }) |
            | `NAME/` in the `projects` folder | the project NAME | \(names(\.isForProjects)), for that project |

            Files that end in `.yaml`, `.yml` or `.json` are read; those that begin with a dot, and links, are \
            not. Every declaration has `kind`, `metadata` with a `name` and perhaps `labels`, and `spec`; \
            `apiVersion` may be left out. Keys keep their spelling: `on` is a word, not a boolean.

            Reading is strict. An unknown field, a wrong type or a value out of range is an error with file, \
            line, column and what was probably meant; `trimtab validate` tells all of them at once. What is \
            declared in a broken way stays as it was: only what is missing from files that can be read counts as \
            removed, and a fleet that is suddenly empty removes nothing. Names are the whole fleet's: two \
            declarations of one name disable each other, but of two projects that declare one application, that \
            whose application runs keeps the name, and the other is told. What this version cannot do yet \
            (`rollout`) is refused by name.

            A selector is a map of labels: every key must fit, a list means any of its values, and `{}` is \
            refused. Every target has the label `name`. One entry of a project's limits speaks for a target.

            For a first try one file with a `Target` whose `host` has a `root`, and an `Application`, is a \
            fleet: an implicit project may make files, directories and links beneath that root.


            """
    }

    private func section(_ kind: KindSchema) -> String {
        let table = FieldTable(kind.schema)
        return """
            ## \(kind.kind)

            \(kind.summary)

            ```yaml
            \(kind.example)
            ```

            | field | value | |
            |---|---|---|
            \(table.rows.joined(separator: "\n"))
            \(table.rules.map { "\n\($0)" }.joined())

            """
    }

    private var protection: String {
        let paths = ProtectedPaths.standard
        func list(_ patterns: [PathPattern]) -> String { patterns.map { "`\($0.text)`" }.joined(separator: ", ") }
        return """
            ## Protected paths

            No pattern opens these to a project; limits that name the very path do: \(list(paths.unlessNamed)).

            Nothing opens these: \(list(paths.always)).

            """
    }
}

/// The fields of a kind's spec as rows of a table.
private struct FieldTable {
    private(set) var rows: [String] = []
    /// How many of some fields may be there, in sentences.
    private(set) var rules: [String] = []

    init(_ schema: Schema) {
        guard case .object(let rule) = schema, let spec = rule.entries.first(where: { $0.key == "spec" }) else {
            return
        }
        add(spec.schema, "spec")
    }

    private mutating func add(_ schema: Schema, _ path: String) {
        switch schema {
        case .object(let rule):
            for entry in rule.entries {
                let field = "\(path).\(entry.key)"
                let required = entry.isRequired ? "**required**, " : ""
                rows.append(
                    "| `\(field)` | \(required)\(Markdown.cell(entry.schema.words)) | \(Markdown.cell(entry.summary)) |"
                )
                add(entry.schema, field)
            }
            rules += rule.choices.map { $0.sentence(in: path) }
        case .list(let item, _): add(item, path + "[]")
        case .map(_, let item, _): add(item, path + ".KEY")
        case .either(let schemas): for schema in schemas { add(schema, path) }
        case .any, .string, .choice, .boolean, .integer: break
        }
    }
}

extension Schema {
    fileprivate var words: String {
        switch self {
        case .any: "anything"
        case .string(let rule): rule.words
        case .choice(let words): words.map(\.string).joined(separator: ", ")
        case .boolean: "true or false"
        case .integer(let range): "\(range.lowerBound) to \(range.upperBound)"
        case .list(let item, let atLeast): (atLeast > 0 ? "list, not empty, " : "list, ") + item.eachWords
        case .map(_, let item, let atLeast): (atLeast > 0 ? "map, not empty, " : "map, ") + item.eachWords
        case .object: "map"
        case .either(let schemas): alternatives(schemas)
        }
    }

    private var eachWords: String { if case .object = self { "each a map" } else { "each " + words } }

    private func alternatives(_ schemas: [Schema]) -> String {
        if schemas.count == 2, let item = schemas.first, case .list(let many, _)? = schemas.last, many == item {
            return "\(item.words) or a list of them"
        }
        return schemas.map(\.words).joined(separator: " or ")
    }
}

extension StringRule {
    /// Without the details that an error message tells.
    fileprivate var words: String {
        meaning == "a line of text" ? "text" : String(meaning.prefix { $0 != ":" })
    }
}

extension ObjectRule.Choice {
    fileprivate func sentence(in path: String) -> String {
        let names = keys.map { "`\($0)`" }.joined(separator: ", ")
        return switch count {
        case .exactlyOne: "Exactly one of \(names) must be in `\(path)`.\n"
        case .atMostOne: "At most one of \(names) may be in `\(path)`.\n"
        case .atLeastOne: "At least one of \(names) must be in `\(path)`.\n"
        }
    }
}
