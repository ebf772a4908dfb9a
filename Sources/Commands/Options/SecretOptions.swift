// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import ArgumentParser
import Manifest

/// Which file, and with which keys.
struct SecretFileOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The format, where the name does not tell: yaml, json, dotenv, ini, binary; or age.", valueName: "format"))
    var format: String?

    @Option(
        name: .customLong("key-file"),
        help: ArgumentHelp(
            "A file of age keys, besides $SOPS_AGE_KEY, $SOPS_AGE_KEY_FILE and ~/.config/sops/age/keys.txt.",
            valueName: "file"), completion: .file())
    var keyFile: String?

    private static let limit = 64 << 20

    func read(_ name: String) throws -> SecretFile {
        let path = try Paths.absolute(name)
        return SecretFile(
            path: path, name: Text(name), content: try Files.read(path.string, limit: Self.limit),
            format: format.map { Text($0) }, keyFile: try keyFile.map(Paths.absolute))
    }
}

/// Where a changed file goes.
struct SecretOutputOptions: ParsableArguments {
    @Flag(name: [.customLong("in-place"), .customShort("i")], help: "Replace the file.")
    var isInPlace = false

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "Write it there, readable by you alone; into a pipe or a device, which stays what it is.",
            valueName: "file"), completion: .file())
    var output: String?

    func validate() throws {
        if isInPlace, output != nil { throw ValidationError("give --in-place or --output, not both") }
    }

    /// Without either, it goes to standard output.
    func write(_ content: [UInt8], of file: SecretFile, isPrivate: Bool) throws {
        if isInPlace {
            try Files.replace(file.path.string, content)
        } else if let output {
            try Files.replace(try Paths.absolute(output).string, content, mode: isPrivate ? 0o600 : 0o644)
        } else {
            Environment.current.terminal.writeBytes(content)
        }
    }
}
