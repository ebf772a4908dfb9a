// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import ArgumentParser
import Kustomize
import Manifest
import Model

struct RenderCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "render",
        _superCommandName: "trimtab",
        abstract: "Print what a unit, or a folder with a kustomization, renders to.",
        discussion: """
            A folder is printed as "kubectl kustomize" prints it, byte for byte.

            Examples:
              trimtab render web@prod
              trimtab render web@prod --revision my-branch --output json
              trimtab render ./overlays/prod
              trimtab render overlays/prod --repository https://git.example.org/shop.git --revision v1.4
              trimtab render web@prod --explain
            """)

    @Argument(
        help: ArgumentHelp(
            "A unit: web@prod, or web when it runs on one target. Or a folder: ./overlays/prod.", valueName: "unit"),
        completion: .directory)
    var subject: RenderSubject
    @OptionGroup var folderOptions: FolderRenderOptions
    @OptionGroup var state: ReachOptions
    @OptionGroup var fleet: FleetOptions

    @Option(name: .shortAndLong, help: ArgumentHelp("yaml (a stream of manifests) or json.", valueName: "format"))
    var output = Format.yaml

    @Option(
        help: ArgumentHelp(
            "Render this branch, tag or commit: of the unit's source instead of what it follows, or of --repository.",
            valueName: "rev"))
    var revision: String?

    @Flag(help: "Show instead which line of the fleet set what, and what each override changed.")
    var explain = false

    enum Format: String, Choice {
        case yaml, json
    }

    func run() async throws {
        if let repository = folderOptions.repository {
            return try await render(
                try folderOptions.request(subject.text, in: repository, revision, trust: fleet.trust))
        }
        switch subject.meaning {
        case .unit(let pattern) where explain: try await explain(UnitArgument(unit: pattern))
        case .unit(let pattern): try await render(UnitArgument(unit: pattern))
        case .folder(let folder):
            if revision != nil { throw ValidationError("--revision is for units, and for folders of a --repository") }
            try await render(try folderOptions.request(folder))
        case nil:
            throw ValidationError(
                "\(subject.text) is neither a unit, as in web@prod, nor a folder with a kustomization")
        }
    }

    private func render(_ request: FolderRequest) async throws {
        if explain { throw ValidationError("--explain is for units: nothing overrides a folder") }
        let objects = try await Environment.current.parts.renderFolder(request)
        let manifests = objects.map(\.manifest)
        let terminal = Environment.current.terminal
        switch output {
        case .json: terminal.write(SafeText.json(.array(manifests), style: .pretty))
        // Byte for byte as kubectl prints it.
        case .yaml: terminal.writeBytes(await GoYAML.writeInPieces(manifests))
        }
    }

    private func render(_ unit: UnitArgument) async throws {
        let revision = revision.map { Text($0) }
        let rendered = try await EngineAccess(request: try fleet.request(at: state)).with { engine in
            try await engine.render(try await unit.find(in: engine).unit, revision: revision)
        }
        let terminal = Environment.current.terminal
        if rendered.items.contains(where: { $0.manifest.holds("<encrypted>") }) {
            terminal.writeError(
                "note: <encrypted> and <secret> stand for what only the target is given; hashes in the names of "
                    + "generated objects are of the encrypted text\n")
        }
        switch output {
        case .json: terminal.write(SafeText.json(rendered.wire, style: .pretty))
        case .yaml:
            for item in rendered.items {
                terminal.write(
                    "---\n" + String(decoding: YAML.write(item.manifest.wire), as: UTF8.self))
            }
        }
    }

    private func explain(_ unit: UnitArgument) async throws {
        let revision = revision.map { Text($0) }
        let explanation = try await EngineAccess(request: try fleet.request(at: state)).with { engine in
            try await engine.explain(try await unit.find(in: engine).unit, revision: revision)
        }
        let terminal = Environment.current.terminal
        switch output {
        case .json: terminal.write(SafeText.json(explanation.wire, style: .pretty))
        case .yaml:
            terminal.write(
                ExplanationReport(explanation: explanation).lines.text(colour: OutputOptions.hasColour(isPlain: false)))
        }
    }
}

extension Value {
    /// Whether some text in it is just this.
    fileprivate func holds(_ text: Text) -> Bool {
        switch self {
        case .string(let own): own == text
        case .array(let items): items.contains { $0.holds(text) }
        case .object(let object): object.pairs.contains { $0.value.holds(text) }
        case .null, .bool, .number, .secret: false
        }
    }
}
