// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import ArgumentParser
import Manifest

struct ValidateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        _superCommandName: "trimtab",
        abstract: "Check a fleet in a folder, offline.",
        discussion: """
            For pre-commit hooks and CI: needs no daemon, no network and no rights. Everything wrong is told at once, \
            with file, line, column and what to do. What applications render from the fleet repository itself is held \
            against the limits of their projects, and two units that declare one object are told. With --render every \
            other source is fetched as well, and every application is rendered for every target: also told are \
            versions of APIs that Kubernetes has retired, and namespaces that nobody declares. The exit status is 6 \
            when something is wrong; warnings leave it at 0.

            Examples:
              trimtab validate
              trimtab validate ./my-fleet --output json
              trimtab validate --render --output github
              trimtab validate --render --kube-version 1.33 --output sarif > trimtab.sarif
            """)

    @Argument(help: ArgumentHelp("The folder that holds fleet.yaml.", valueName: "dir"), completion: .directory)
    var folder = "."

    @Flag(name: .customLong("render"), help: "Render everything, from all sources.")
    var isRendering = false

    @Option(
        help: ArgumentHelp(
            "The version of Kubernetes to tell retired APIs for: what is gone there is an error, not a warning.",
            valueName: "version"))
    var kubeVersion: String?

    @Option(
        help: ArgumentHelp(
            "Where mirrors of sources are kept from one check to the next; nowhere when left out.", valueName: "dir"),
        completion: .directory)
    var state: String?

    @Option(
        help: ArgumentHelp(
            "A file that says where credentials lie and which addresses are allowed.", valueName: "file"),
        completion: .file())
    var trust: String?

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "table for people, json or yaml for programs, sarif (2.1.0) for code hosts, github for workflows.",
            valueName: "format"))
    var output = Format.table

    @Flag(name: .customLong("no-color"), help: "No colours, also on a terminal. So does $NO_COLOR.")
    var isPlain = false

    enum Format: String, Choice {
        case table, json, yaml, sarif, github
    }

    func run() async throws {
        let check = try await Environment.current.parts.validate(
            FleetCheckRequest(
                folder: try Paths.absolute(folder), isRendering: isRendering, state: try state.map(Paths.absolute),
                trust: try trust.map(Paths.absolute), kubeVersion: kubeVersion.map { Text($0) }))
        let report = FleetCheckReport(check)
        let terminal = Environment.current.terminal
        switch output {
        case .table: terminal.write(report.lines.text(colour: OutputOptions.hasColour(isPlain: isPlain)))
        case .json: terminal.write(SafeText.json(report.value, style: .pretty))
        case .yaml: terminal.write(String(decoding: YAML.write(report.value), as: UTF8.self))
        case .sarif:
            terminal.write(SafeText.json(SARIFReport(check: check).value, style: .pretty))
        case .github: terminal.write(GitHubAnnotations(check: check).text)
        }
        try report.exitStatus.end()
    }
}
