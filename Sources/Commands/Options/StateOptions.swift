// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import ArgumentParser
import Manifest
import Model

/// Which engine is meant.
struct StateOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The state folder. Default: $TRIMTAB_STATE, else /var/lib/trimtab for root, ~/.local/state/trimtab for others.",
            valueName: "dir"), completion: .directory)
    var state: String?

    var folder: Text {
        get throws {
            let environment = Environment.current
            let home = environment.variables["HOME"] ?? ""
            if let state = state ?? environment.variables["TRIMTAB_STATE"], !state.isEmpty {
                return try Paths.absolute(state)
            }
            if environment.user == 0 { return "/var/lib/trimtab" }
            guard home.hasPrefix("/") else {
                throw APIError(.invalid, "$HOME is not set", advice: "say with --state where the state folder is")
            }
            return Text(home + "/.local/state/trimtab")
        }
    }
}

/// What an engine in this process needs to know beyond its state folder.
struct FleetOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The fleet: a URL of a Git repository, or a folder. Default: the one that the state folder remembers.",
            valueName: "url|dir"), completion: .directory)
    var fleet: String?

    @Option(
        help: ArgumentHelp(
            "A file that says whom to trust: signers and host keys of the fleet's repository. Changed nowhere else.",
            valueName: "file"), completion: .file())
    var trust: String?

    @Option(
        name: .customLong("target"),
        help: ArgumentHelp(
            "Serve this target, whatever machine it names. May be repeated.", valueName: "name"))
    var targets: [TargetName] = []

    func request(state: Text) throws -> EngineRequest {
        EngineRequest(
            state: state, fleet: try fleet.map(Paths.fleet), trust: try trust.map(Paths.absolute), targets: targets)
    }
}

enum Paths {
    /// Relative to the working folder of this process, which a daemon does not share.
    static func absolute(_ path: String) throws -> Text {
        guard !path.isEmpty, !path.utf8.contains(0) else { throw APIError(.invalid, "a path must not be empty") }
        if path.utf8.first == UInt8(ascii: "/") { return Text(path) }
        guard let folder = Environment.current.workingFolder else {
            throw APIError(.invalid, "the working folder is gone")
        }
        return Text(folder + "/" + path)
    }

    /// Whatever has a scheme or looks like `host:path` is a URL; the rest is a folder.
    static func fleet(_ text: String) throws -> Text {
        if text.contains("://") { return Text(text) }
        let beforeSlash = text.utf8.prefix { $0 != UInt8(ascii: "/") }
        return beforeSlash.contains(UInt8(ascii: ":")) ? Text(text) : try absolute(text)
    }
}
