// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation

/// A test as people would type it: commands with what they print.
///
///     $ trimtab status --output json     a command
///     ? 2                                its exit status, when it is not 0
///     | text                             a line of its standard output
///     ! text                             a line of its standard error
///     # text                             for readers
///     -- NAME --                         a file, up to the next such line
struct Script {
    struct Step: Equatable {
        var command: String
        var status: Int32 = 0
        var output: [String] = []
        var errors: [String] = []
    }

    enum Part: Equatable {
        case comment(String)
        case step(Step)
    }

    var parts: [Part] = []
    var files: [(name: String, content: String)] = []

    init(_ text: String) {
        var file: Int?
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
            if line.hasPrefix("-- "), line.hasSuffix(" --") {
                files.append((String(line.dropFirst(3).dropLast(3)), ""))
                file = files.count - 1
            } else if let file {
                files[file].content += line + "\n"
            } else {
                read(line)
            }
        }
    }

    private mutating func read(_ line: String) {
        let rest = String(line.dropFirst(2))
        if line.hasPrefix("$ ") { return parts.append(.step(Step(command: rest))) }
        guard case .step(var step) = parts.last, let kind = line.first, "?|!".contains(kind) else {
            return parts.append(.comment(line))
        }
        switch kind {
        case "?": step.status = Int32(rest) ?? -1
        case "|": step.output.append(rest)
        default: step.errors.append(rest)
        }
        parts[parts.count - 1] = .step(step)
    }

    var text: String {
        var lines: [String] = []
        for part in parts {
            switch part {
            case .comment(let comment): lines.append(comment)
            case .step(let step):
                lines.append("$ " + step.command)
                if step.status != 0 { lines.append("? \(step.status)") }
                lines += step.output.map { $0.isEmpty ? "|" : "| " + $0 }
                lines += step.errors.map { $0.isEmpty ? "!" : "! " + $0 }
            }
        }
        return lines.joined(separator: "\n") + files.map { "\n-- \($0.name) --\n\($0.content.dropLast())" }.joined()
    }

    /// Words as a shell would split them; single and double quotes keep spaces.
    static func words(_ command: String) -> [String] {
        var words: [String] = []
        var word: String?
        var quote: Character?
        for character in command {
            if let open = quote {
                if character == open { quote = nil } else { word = (word ?? "") + String(character) }
            } else if character == "\"" || character == "'" {
                quote = character
                word = word ?? ""
            } else if character == " " {
                if let done = word { words.append(done) }
                word = nil
            } else {
                word = (word ?? "") + String(character)
            }
        }
        return words + (word.map { [$0] } ?? [])
    }

    static var folder: URL { URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Scripts") }

    static var names: [String] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return files.filter { $0.hasSuffix(".txt") }.sorted()
    }
}
