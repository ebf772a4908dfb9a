// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

extension Reference {
    /// One command as argument-parser dumps it.
    struct Command {
        private let dump: Value

        init(_ dump: Value) { self.dump = dump }

        /// With the commands above it, without `trimtab`.
        var name: String {
            let parents = (dump["superCommands"]?.arrayValue ?? []).compactMap(\.stringValue?.string).dropFirst()
            return (parents + [text("commandName")]).joined(separator: " ")
        }

        var abstract: String { text("abstract") }

        /// What comes before the examples, and the examples.
        var discussion: (prose: String, examples: String) {
            let lines = text("discussion").split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            let head = lines.prefix { $0 != "Examples:" }
            let examples = lines.dropFirst(head.count + 1).map { $0.drop { $0 == " " } }.filter { !$0.isEmpty }
            return (
                head.joined(separator: "\n").trimmed, examples.joined(separator: "\n")
            )
        }

        /// `--help` and `--version` left out: every command has them.
        var arguments: [Argument] {
            (dump["arguments"]?.arrayValue ?? []).map(Argument.init).filter(\.isOwn)
        }

        private func text(_ key: Text) -> String { dump[key]?.stringValue?.string ?? "" }
    }

    struct Argument: Hashable {
        private let dump: Value

        init(_ dump: Value) { self.dump = dump }

        var isOwn: Bool {
            dump["shouldDisplay"]?.boolValue != false && !names.contains("--help") && !names.contains("--version")
        }

        var isOption: Bool { kind != "positional" }

        private var kind: Text { dump["kind"]?.stringValue ?? "" }
        private var valueName: String { dump["valueName"]?.stringValue?.string ?? "value" }

        private var names: [String] {
            (dump["names"]?.arrayValue ?? []).compactMap { name in
                guard let text = name["name"]?.stringValue else { return nil }
                return (name["kind"] == "short" ? "-" : "--") + text.string
            }
        }

        /// `--state`
        var longName: String { "`" + (names.last { $0.hasPrefix("--") } ?? valueName) + "`" }

        var synopsis: String {
            let repeats = dump["isRepeating"]?.boolValue == true ? " …" : ""
            if kind == "positional" { return "`<\(Markdown.pipe(valueName))>\(repeats)`" }
            let names = names.map { "`\($0)`" }.joined(separator: ", ")
            return kind == "flag" ? names : names + " `<\(Markdown.pipe(valueName))>`" + repeats
        }

        var meaning: String {
            var text = dump["abstract"]?.stringValue?.string ?? ""
            if let values = dump["allValues"]?.arrayValue, !values.isEmpty, values.count < 10 {
                text += " One of: " + values.compactMap(\.stringValue?.string).joined(separator: ", ") + "."
            }
            return text
        }

        /// As it could be written on a command line; `nil` when there is none.
        var initial: String? {
            dump["defaultValue"]?.stringValue.flatMap { $0.isEmpty ? nil : $0.string }
        }
    }
}

extension String {
    fileprivate var trimmed: String {
        let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\n" }
        let start = drop(while: isSpace)
        return String(start.prefix(start.count - start.reversed().prefix(while: isSpace).count))
    }
}

enum Markdown {
    /// Also within code, a table's cell ends at a bar.
    static func pipe(_ text: String) -> String {
        text.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
    }

    static func escape(_ text: String) -> String {
        text.reduce(into: "") { result, character in
            if "<>*_`[]".contains(character) { result.append("\\") }
            result.append(character)
        }
    }

    static func cell(_ text: String) -> String {
        pipe(escape(text)).split(separator: "\n").joined(separator: " ")
    }
}
