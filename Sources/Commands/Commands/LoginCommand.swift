// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import ArgumentParser
import Manifest
import Model

struct LoginCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "login",
        _superCommandName: "trimtab",
        abstract: "Sign in to a server, for all commands from now on.",
        discussion: """
            Asks the server whether the token counts, and keeps both in ~/.config/trimtab/contexts.yaml, which nobody \
            else can read. The token comes from a file or from standard input, never from the command line, which \
            others can see.

            Examples:
              trimtab login https://hub.example.org:8443 --token-file - < ci.token
              trimtab login https://hub.example.org:8443 --token-file ci.token --name prod --ca-file ca.crt
            """)

    @Argument(help: ArgumentHelp("The server's address.", valueName: "url"))
    var server: String

    @Option(
        help: ArgumentHelp("A file that holds the token; \"-\" for standard input.", valueName: "file"),
        completion: .file())
    var tokenFile: String

    @Option(help: ArgumentHelp("What to call it here. Default: the server's host name.", valueName: "name"))
    var name: String?

    @Option(
        help: ArgumentHelp("Certificates in PEM that may vouch for the server.", valueName: "file"), completion: .file()
    )
    var caFile: String?

    func run() async throws {
        let address = try RemoteEngine.address(Text(server))
        let token = try Self.token(in: tokenFile)
        let context = Contexts.Context(
            name: name.map { Text($0) } ?? Self.host(of: address), server: address, token: token,
            authorities: try caFile.map(Paths.absolute))
        let answer = try await HTTPOperations.with(context.engine) { engine in
            try await engine.decide(AccessQuestion(verb: .read), for: .local(Environment.current.actor()))
        }
        var contexts = try Contexts.read()
        contexts.put(context)
        contexts.current = context.name
        try contexts.write()
        let lines = [Line("Signed in to \(address) as context \(context.name)."), Line(answer.reason.string)]
        Environment.current.terminal.write(lines.text(colour: false))
    }

    private static func token(in file: String) throws -> Secret<Text> {
        let path = file == "-" ? "/dev/stdin" : try Paths.absolute(file).string
        let bytes = try Files.read(path, limit: 64 << 10)
        let line = bytes.prefix { $0 > 0x20 && $0 < 0x7F }
        guard !line.isEmpty, bytes.dropFirst(line.count).allSatisfy({ [0x0A, 0x0D, 0x20].contains($0) }),
            let token = Text(utf8: line)
        else { throw APIError(.invalid, "\(Text(file)): holds no token, which is one line") }
        return Secret(token)
    }

    private static func host(of address: Text) -> Text {
        let authority = address.utf8.split(separator: UInt8(ascii: "/")).last.map(Array.init) ?? []
        let host = authority.first == UInt8(ascii: "[") ? authority[...] : authority.prefix { $0 != UInt8(ascii: ":") }
        return Text(utf8: host) ?? address
    }
}
