// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import ArgumentParser
import Manifest

struct SecretsCompareCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Show which keys of two encrypted files have the same value.",
        discussion: """
            For files of two environments: whether production still has the password of development, and what one has \
            and the other has not. Needs keys that open both, and shows no value. The exit status is 2 when something \
            differs.

            Examples:
              trimtab secrets compare apps/web/dev/secret.yaml apps/web/prod/secret.yaml
              trimtab secrets compare --output json dev.env prod.env
            """)

    @Argument(help: ArgumentHelp("An encrypted file.", valueName: "file"), completion: .file())
    var first: String

    @Argument(help: ArgumentHelp("The one to compare it with.", valueName: "other"), completion: .file())
    var second: String

    @OptionGroup var options: SecretFileOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let (first, second) = (try options.read(first), try options.read(second))
        let found = try await Environment.current.parts.secrets.compare(first, second)
        output.print(.array(found.map(\.wire))) { _ in found.map { $0.line(first.name, second.name) } }
        if found.contains(where: { $0.state != .same }) { try ExitStatus.differs.end() }
    }
}

extension SecretComparison {
    fileprivate var wire: Value { ["key": .string(key), "state": .string(state.rawValue)] }

    fileprivate func line(_ first: Text, _ second: Text) -> Line {
        let name = key.isEmpty ? "the content" : key.string
        return switch state {
        case .same: Line("  \(name): the same")
        case .differs: Line("~ \(name): differs", .yellow)
        case .onlyInFirst: Line("- \(name): only in \(first)", .red)
        case .onlyInSecond: Line("+ \(name): only in \(second)", .green)
        }
    }
}
