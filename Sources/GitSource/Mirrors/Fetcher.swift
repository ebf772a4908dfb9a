// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model
import NIOPosix
import SystemPackage

/// Runs the `git`s that talk to one repository's server, and those that write its mirror.
///
/// Every process that writes holds the mirror's lock and hands it on to whatever it starts, so that a survivor of a
/// killed `git` is never taken for a leftover.
struct Fetcher: Sendable {
    let address: RepositoryAddress
    var folder: MirrorFolder
    let environment: GitEnvironment
    let limits: FetchLimits
    let reach: Reach

    /// What the server has of these names.
    func list(_ names: Set<String>) async throws(SourceFailure) -> Advertisement {
        var found = Advertisement()
        for names in names.sorted().pieces(of: limits.names) { found.add(try await list(piece: names)) }
        return found
    }

    private func list(piece names: [String]) async throws(SourceFailure) -> Advertisement {
        // Outside of a repository on purpose: the server decides the hash, and nothing lies here yet.
        var command = Command(
            environment.executable,
            ["ls-remote", "--quiet", "--end-of-options", address.description] + names,
            environment: environment.with(["GIT_DIR": "/nonexistent"]), deadline: limits.listing)
        command.outputLimit = limits.list
        let outcome = try await talk(command)
        guard outcome.succeeded else {
            throw SourceFailure(
                of: outcome, at: address, deadline: limits.listing, sizeLimit: Int64(limits.list))
        }
        return Advertisement(parsing: outcome.output, names: Set(names))
    }

    /// Fetches what the server has under these names into the mirror's own.
    func fetch(_ follows: [Follow]) async throws(SourceFailure) {
        try await fetch(follows.map { "+\($0.asked):\($0.seen)" })
    }

    func fetch(_ refspecs: [String]) async throws(SourceFailure) {
        for refspecs in refspecs.pieces(of: limits.names) { try await fetch(piece: refspecs) }
    }

    private func fetch(piece refspecs: [String]) async throws(SourceFailure) {
        let outcome = try await talk(fetching(address.description, refspecs))
        // Git only warns that it left a reference as it was.
        if outcome.messages.contains("shallow roots are not allowed") { throw .shallow(address) }
        guard outcome.succeeded else {
            throw SourceFailure(of: outcome, at: address, deadline: limits.fetching, sizeLimit: limits.pack)
        }
    }

    private func fetching(_ place: String, _ refspecs: [String]) -> Command {
        writing(
            [
                "fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules",
                "--no-auto-maintenance", "--end-of-options", place,
            ] + refspecs, deadline: limits.fetching)
    }

    /// Whether `later` is `earlier` or comes after it. `false` when the mirror does not hold `earlier`.
    func descends(_ later: CommitID, from earlier: CommitID) async throws(SourceFailure) -> Bool {
        if later == earlier { return true }
        let outcome = try await run(reading(["merge-base", "--is-ancestor", earlier.hex, later.hex]))
        switch outcome.end {
        case .exited(0): return true
        case .exited(1): return false
        case .exited where outcome.messages.contains("Not a valid commit name"): return false
        // Only an object on the way that cannot be read makes it give up.
        case .exited: throw .corrupt(reason: outcome.messages.reason ?? "git merge-base ended early")
        default: throw .failed(reason: "\(address): \(outcome.messages.reason ?? "git merge-base ended early")")
        }
    }

    /// Lets references of our own keep these commits.
    func keep(_ references: [(name: String, commit: CommitID)]) async throws(SourceFailure) {
        try await changeReferences(references.map { "update \($0.name) \($0.commit.hex)" })
    }

    /// Removes references of our own, all of them or none.
    func drop(_ names: [String]) async throws(SourceFailure) {
        try await changeReferences(names.map { "delete \($0)" })
    }

    private func changeReferences(_ lines: [String]) async throws(SourceFailure) {
        var command = writing(["update-ref", "--stdin"], deadline: .seconds(60))
        command.input = lines.flatMap { Array("\($0)\n".utf8) }
        let outcome = try await run(command)
        guard outcome.succeeded else {
            throw SourceFailure(of: outcome, at: address, deadline: .seconds(60), sizeLimit: limits.pack)
        }
    }

    /// Joins small packs. Nothing that a reference leads to is dropped.
    func maintain() async throws(SourceFailure) {
        _ = try await run(
            writing(["repack", "-d", "-q", "--geometric=2", "--write-midx"], deadline: limits.fetching))
    }

    /// Whether everything is there that the references lead to. Contents are looked at when they are read.
    func isSound() async throws(SourceFailure) -> Bool {
        let outcome = try await run(
            reading(["fsck", "--connectivity-only", "--no-dangling", "--no-progress"], deadline: limits.fetching))
        switch outcome.end {
        case .exited(let status): return status == 0
        default: throw .failed(reason: "\(address): git fsck ended early")
        }
    }

    /// References of ours that keep what was accepted, as far as they can be read.
    func kept() async throws(SourceFailure) -> [(name: String, commit: CommitID)] {
        let outcome = try await run(
            reading(["for-each-ref", "--format=%(objectname) %(refname)", "refs/trimtab/accepted", "refs/trimtab/kept"])
        )
        return outcome.output.split(separator: 0x0A).compactMap { line in
            let words = String(decoding: line, as: UTF8.self).split(separator: " ")
            guard words.count == 2, let commit = CommitID(hex: String(words[0])) else { return nil }
            return (String(words[1]), commit)
        }
    }

    /// Fetches one reference out of another mirror of ours.
    func copy(_ name: String, from other: MirrorFolder) async throws(SourceFailure) {
        var command = fetching(other.path.string, ["+\(name):\(name)"])
        command.environment["GIT_ALLOW_PROTOCOL"] = "file"
        let outcome = try await run(command)
        guard outcome.succeeded else {
            throw SourceFailure(of: outcome, at: address, deadline: limits.fetching, sizeLimit: limits.pack)
        }
    }

    func reading(_ arguments: [String], deadline: Duration = .seconds(60)) -> Command {
        Command(
            environment.executable, ["--git-dir=\(folder.path)"] + arguments, environment: environment.variables,
            deadline: deadline)
    }

    /// With the mirror's lock held, and with limits on what it may write and use.
    func writing(_ arguments: [String], deadline: Duration) -> Command {
        Command(
            "/usr/bin/flock",
            [
                "--exclusive", "--timeout", "20", "--conflict-exit-code", "75", "--no-fork", folder.lock.string,
                "/bin/sh", "-c", limits.shell, "sh", environment.executable.string, "--git-dir=\(folder.path)",
            ] + arguments, environment: environment.variables, deadline: deadline)
    }

    /// Runs it with what opens the server. No secret is left in what it said.
    func talk(_ command: Command) async throws(SourceFailure) -> Command.Outcome {
        let access = try await reach.access(to: address)
        var command = command
        command.environment.merge(try access.variables()) { $1 }
        var outcome = try await run(command)
        outcome.messages = outcome.messages.withoutSecrets(access.credential?.secrets ?? [])
        return outcome
    }

    func run(_ command: Command) async throws(SourceFailure) -> Command.Outcome {
        do {
            return try await command.run()
        } catch Command.Failure.tooMuchOutput(let limit) {
            throw .tooLarge(address, limit: Int64(limit))
        } catch is CancellationError {
            throw .failed(reason: "\(address): was interrupted")
        } catch {
            throw .failed(reason: "\(address): git cannot be run: \(printable("\(error)".utf8))")
        }
    }
}

/// Finds out how a repository is reached: anew each time, because hosts move and passwords change.
struct Reach: Sendable {
    var policy: AddressPolicy
    var credentials: CredentialStore
    var credential: Text?
    var authorities: FilePath?
    var knownHosts: FilePath?
    var resolver: Resolver

    func access(to address: RepositoryAddress) async throws(SourceFailure) -> Access {
        try policy.check(address)
        var found: Credential?
        if let credential { found = try await read(credential) }
        return Access(
            address: address, places: try await resolver.resolve(address), credential: found,
            authorities: authorities, knownHosts: knownHosts)
    }

    private func read(_ name: Text) async throws(SourceFailure) -> Credential {
        let read: Result<Credential, SourceFailure>
        do {
            read = try await resolver.threads.runIfActive { [credentials] in
                Result { () throws(SourceFailure) in try credentials.credential(name) }
            }
        } catch {
            throw .failed(reason: "the agent is ending")
        }
        return try read.get()
    }
}

extension [String] {
    /// In order, in pieces of so many bytes at most and of one text at least.
    fileprivate func pieces(of limit: Int) -> [[String]] {
        var pieces: [[String]] = []
        var room = 0
        for text in self {
            room -= text.utf8.count + 1
            if room < 0 || pieces.isEmpty {
                pieces.append([])
                room = limit - text.utf8.count - 1
            }
            pieces[pieces.count - 1].append(text)
        }
        return pieces
    }
}
