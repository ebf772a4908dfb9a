// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import ArgumentParser
import Fleet
import Manifest

struct SchemaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Print the JSON Schema of a fleet's kinds, for editors.",
        discussion: """
            Draft 2020-12, made from the tables that the strict reader is made of. With no kind, one document serves \
            files of every kind.

            Examples:
              trimtab schema > trimtab.schema.json
              trimtab schema Application

            An editor with the YAML language server uses it after a first line such as:
              # yaml-language-server: $schema=../trimtab.schema.json
            """)

    @Argument(
        help: ArgumentHelp("One kind only.", valueName: "kind"),
        completion: .list(FleetKind.schemas.map(\.kind.string)))
    var kind: String?

    func run() throws {
        guard let schema = Environment.current.parts.schema(kind.map { Text($0) }) else {
            throw APIError(.notFound, "\(Text(kind ?? "")): no such kind", advice: "leave it out to see all")
        }
        let json = JSON.write(schema, style: .pretty)
        Environment.current.terminal.write(String(decoding: json, as: UTF8.self))
    }
}
