// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import ArgumentParser
import Manifest

struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        _superCommandName: "trimtab",
        abstract: "Write the skeleton of a fleet, with comments.",
        discussion: """
            The skeleton is complete: it passes "trimtab validate", and "trimtab run --fleet DIR" serves it in a \
            sandbox folder beside it. Nothing that exists is overwritten.

            Examples:
              trimtab init
              trimtab init my-fleet
            """)

    @Argument(help: ArgumentHelp("Where. Made when it does not exist.", valueName: "dir"), completion: .directory)
    var folder = "."

    func run() throws {
        let root = try Paths.absolute(folder).string
        // A repository that a forge has just made may have this one, and it is no part of a fleet.
        let files = Skeleton.files.filter { $0.path != ".gitignore" || !Files.exists(root + "/" + $0.path) }
        let existing = files.filter { Files.exists(root + "/" + $0.path) }
        guard existing.isEmpty else {
            throw APIError(
                .conflict, "\(Text(root)): already has \(Text(existing.map(\.path).joined(separator: ", ")))",
                advice: "choose another folder; nothing was written")
        }
        for file in files {
            let path = root + "/" + file.path
            if let slash = path.lastIndex(of: "/") { try Files.makeFolder(String(path[..<slash])) }
            try Files.create(path, file.content)
        }
        var lines = [Line("A fleet lies in \(folder):")]
        lines += files.map { Line("  " + $0.path, .bold) }
        lines += [Line("Try it:"), Line("  trimtab run --fleet \(folder) --state ./state", .cyan)]
        Environment.current.terminal.write(lines.text(colour: false))
    }
}
