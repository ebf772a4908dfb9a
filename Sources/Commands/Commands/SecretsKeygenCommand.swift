// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import ArgumentParser
import Manifest

struct SecretsKeygenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keygen",
        abstract: "Make a key of age.",
        discussion: """
            The secret half is written to a file that only you can read; an existing file is never overwritten. The \
            public half, which begins with "age1", is printed: it is what .sops.yaml names.

            Examples:
              trimtab secrets keygen
              trimtab secrets keygen --output deploy.key
              trimtab secrets keygen --hybrid --output later.key
            """)

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("Where. Default: ~/.config/sops/age/keys.txt.", valueName: "file"), completion: .file())
    var output: String?

    @Flag(name: .customLong("hybrid"), help: "A key that quantum computers do not break either; its text is long.")
    var isHybrid = false

    func run() throws {
        let environment = Environment.current
        let path = try output.map(Paths.absolute) ?? Self.customaryPlace(environment)
        let isChannel = Files.isChannel(path.string)
        guard isChannel || !Files.exists(path.string) else {
            throw APIError(
                .conflict, "\(path): there is a file already", advice: "give another place with --output")
        }
        let key = try environment.parts.secrets.generateKey(isHybrid)
        if let slash = path.string.utf8.lastIndex(of: UInt8(ascii: "/")), slash > path.string.startIndex {
            try Files.makeFolder(String(path.string[..<slash]))
        }
        try key.secret.withExposed { secret in
            let text = "# created: \(environment.now())\n# public key: \(key.recipient)\n\(secret)\n"
            if isChannel {
                try Files.replace(path.string, Array(text.utf8))
            } else {
                try Files.create(path.string, text, mode: 0o600)
            }
        }
        let place = isChannel ? "went to" : "lies in"
        environment.terminal.writeError("The secret key \(place) \(path). Keep a copy in a safe place.\n")
        // What the key was poured into may be standard output.
        if isChannel {
            environment.terminal.writeError("\(key.recipient)\n")
        } else {
            environment.terminal.write("\(key.recipient)\n")
        }
    }

    private static func customaryPlace(_ environment: Environment) throws -> Text {
        if let folder = environment.variables["XDG_CONFIG_HOME"], folder.hasPrefix("/") {
            return "\(Text(folder))/sops/age/keys.txt"
        }
        guard let home = environment.variables["HOME"], home.hasPrefix("/") else {
            throw APIError(.invalid, "$HOME is not set", advice: "say with --output where the key is to lie")
        }
        return "\(Text(home))/.config/sops/age/keys.txt"
    }
}
