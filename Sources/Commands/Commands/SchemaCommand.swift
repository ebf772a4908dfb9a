// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import ArgumentParser
import Fleet
import Manifest

struct SchemaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        _superCommandName: "trimtab",
        abstract: "Print the JSON Schema of everything a fleet consists of, for editors.",
        discussion: """
            Draft 2020-12, made from the tables that the strict readers are made of. With no kind, one document serves \
            files of every kind.

            Examples:
              trimtab schema > trimtab.schema.json
              trimtab schema Application
              trimtab schema --markdown > fleet.md

            An editor with the YAML language server uses it after a first line such as:
              # yaml-language-server: $schema=../trimtab.schema.json
            """)

    @Argument(
        help: ArgumentHelp("One kind only: Application, File.", valueName: "kind"),
        completion: .list(FleetKind.schemas.map(\.kind.string)))
    var kind: String?

    @Flag(help: "Print a reference of the kinds for people instead.")
    var markdown = false

    func run() throws {
        let environment = Environment.current
        let kinds = try chosen(from: environment.parts.kinds())
        if markdown { return environment.terminal.write(KindReference(kinds).markdown) }
        let document = kind == nil ? KindSchema.document(for: kinds) : kinds.first?.document ?? .null
        environment.terminal.write(String(decoding: JSON.write(document, style: .pretty), as: UTF8.self))
    }

    private func chosen(from kinds: [KindSchema]) throws -> [KindSchema] {
        guard let kind = kind.map({ Text($0) }) else { return kinds }
        guard let chosen = kinds.first(where: { $0.kind == kind }) else {
            let known = Text(kinds.map(\.kind.string).joined(separator: ", "))
            throw APIError(.notFound, "\(kind): no such kind", advice: "known are \(known)")
        }
        return [chosen]
    }
}
