// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import GitSource
import Manifest
import Model
import Synchronization
import SystemPackage
import TestSupport

/// A repository that is followed, and the agent's side of it, in a folder of their own.
struct Bench: Sendable {
    let scratch: URL
    let origin: GitFixture
    let clock: BenchClock
    var policy = AddressPolicy(allowsLocalPaths: true, allowsPlainHTTP: true)
    var limits = FetchLimits(listing: .seconds(20), fetching: .seconds(60))
    var authorities: URL?

    static func with(_ name: String = #function, _ body: (inout Bench) async throws -> Void) async throws {
        try await withScratchFolder(name) { scratch in
            let origin = try GitFixture(at: scratch.appendingPathComponent("repositories/origin"))
            var bench = Bench(scratch: scratch, origin: origin, clock: BenchClock())
            try FileManager.default.createDirectory(at: bench.credentials, withIntermediateDirectories: true)
            try FileManager.default.createDirectory(at: bench.state, withIntermediateDirectories: true)
            try await body(&bench)
        }
    }

    var repositories: URL { scratch.appendingPathComponent("repositories") }
    var state: URL { scratch.appendingPathComponent("state") }
    var credentials: URL { scratch.appendingPathComponent("credentials") }
    var mirrorFolders: [URL] {
        get throws {
            try FileManager.default.contentsOfDirectory(
                at: state.appendingPathComponent("mirrors"), includingPropertiesForKeys: nil
            ).filter { $0.lastPathComponent.hasSuffix(".git") }
        }
    }

    func addCredential(_ name: String, _ lines: String...) throws {
        let file = credentials.appendingPathComponent(name)
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: file)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
    }

    func mirrors() throws -> Mirrors {
        try Mirrors(
            folder: FilePath(state.path + "/mirrors"),
            settings: .init(
                policy: policy, credentials: CredentialStore(folder: FilePath(credentials.path)),
                authorities: authorities.map { FilePath($0.path) }, limits: limits),
            clocks: clock.clocks)
    }

    /// A source of the fixture's repository, unless another address is given. Made again, it is the agent started again.
    func source(
        _ url: String? = nil, credential: Text? = nil, rules: SourceRules = SourceRules(name: "shop"),
        mirrors: Mirrors? = nil
    ) async throws -> TrackedSource {
        let address = try RepositoryAddress(parsing: Text(url ?? origin.folder.path))
        return TrackedSource(
            rules, of: try await (try mirrors ?? self.mirrors()).mirror(of: address, credential: credential),
            acceptances: try AcceptedCommits(folder: FilePath(state.path + "/accepted")),
            verifier: try SignatureVerifier(folder: FilePath(state.path + "/keys")))
    }
}

/// A clock that a test moves.
final class BenchClock: Sendable {
    private let now = Mutex<Moment>(.start)

    func advance(by duration: Duration) { now.withLock { $0 = $0.advanced(by: duration) } }

    var clocks: Clocks {
        Clocks(
            wall: { [self] in Time(nanoseconds: now.withLock { $0.nanoseconds }) },
            monotonic: { [self] in now.withLock { $0 } }, sleep: { _ in })
    }
}

extension TrackedSource {
    /// A look that asks the server for certain.
    func freshLook(_ bench: Bench, at follow: Follow = .branch("main")) async -> SourceLook {
        bench.clock.advance(by: .seconds(3600))
        return await look(at: follow)
    }
}

extension SourceLook {
    /// What is wrong, in words.
    var complaint: String { failure?.description ?? "" }
}
