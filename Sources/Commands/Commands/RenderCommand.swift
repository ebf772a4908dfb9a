// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import ArgumentParser
import Manifest
import Model

struct RenderCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "render",
        abstract: "Print what a unit renders to.",
        discussion: """
            Examples:
              trimtab render web@prod
              trimtab render web@prod --revision my-branch --output json
            """)

    @OptionGroup var unit: UnitArgument
    @OptionGroup var state: StateOptions
    @OptionGroup var fleet: FleetOptions

    @Option(name: .shortAndLong, help: ArgumentHelp("yaml (a stream of manifests) or json.", valueName: "format"))
    var output = Format.yaml

    @Option(
        help: ArgumentHelp(
            "Render this branch, tag or commit of the unit's source instead of what it follows.", valueName: "rev"))
    var revision: String?

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case yaml, json
    }

    func run() async throws {
        let (unit, revision) = (unit, revision.map { Text($0) })
        let rendered = try await EngineAccess(request: try fleet.request(state: try state.folder)).with { engine in
            try await engine.render(try await unit.find(in: engine).unit, revision: revision)
        }
        let terminal = Environment.current.terminal
        switch output {
        case .json: terminal.write(String(decoding: JSON.write(rendered.wire, style: .pretty), as: UTF8.self))
        case .yaml:
            for item in rendered.items {
                terminal.write(
                    "---\n" + String(decoding: YAML.write(item.manifest.wire), as: UTF8.self))
            }
        }
    }
}
