// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import ArgumentParser
import Manifest
import Model

struct AcceptCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accept",
        _superCommandName: "trimtab",
        abstract: "Let rewritten history of a source count.",
        discussion: """
            A branch or tag is followed forward only: a commit that does not descend from the last accepted one is \
            refused until a person accepts it. Signatures are asked for as ever, and the act is on record. "trimtab \
            status" shows what is refused; give the commit that you have looked at, so that nothing else is accepted \
            that came since. The fleet's own repository is called "fleet".

            Examples:
              trimtab accept shop --commit 4c1fa09be2d7 --reason "the release branch was cut anew"
              trimtab accept fleet --reason "secrets were taken out of the history"
            """)

    @Argument(help: ArgumentHelp("The name of a source.", valueName: "source"))
    var source: SourceName

    @Option(
        help: ArgumentHelp(
            "The commit's id, or its first digits (at least 8). May be left out when only one is refused.",
            valueName: "id"))
    var commit: String?

    @OptionGroup var state: ReachOptions
    @OptionGroup var fleet: FleetOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var act: ActOptions

    func validate() throws {
        guard let commit else { return }
        let isHexadecimal = commit.utf8.allSatisfy {
            (0x30...0x39).contains($0) || (0x61...0x66).contains($0) || (0x41...0x46).contains($0)
        }
        guard isHexadecimal, commit.utf8.count >= 8 else {
            throw ValidationError("--commit needs at least 8 digits of a commit's id")
        }
    }

    func run() async throws {
        let actor = Environment.current.actor()
        let (source, commit, reason) = (source, commit.map { Text($0.lowercased()) }, act.text)
        let result = try await EngineAccess(request: try fleet.request(at: state)).with { engine in
            try await engine.accept(source, commit: commit, reason: reason, actor: actor)
        }
        output.print(result)
    }
}
