// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import ArgumentParser
import Manifest

struct SchemaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Print the JSON Schema of a fleet's kinds, for editors.",
        discussion: """
            Examples:
              trimtab schema > trimtab.schema.json
              trimtab schema Application
            """)

    @Argument(help: ArgumentHelp("One kind only.", valueName: "kind"))
    var kind: String?

    func run() throws {
        guard let schema = Environment.current.parts.schema(kind.map { Text($0) }) else {
            throw APIError(.notFound, "\(Text(kind ?? "")): no such kind", advice: "leave it out to see all")
        }
        let json = JSON.write(schema, style: .pretty)
        Environment.current.terminal.write(String(decoding: json, as: UTF8.self))
    }
}
