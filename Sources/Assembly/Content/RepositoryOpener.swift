// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Fleet
import Foundation
import GitSource
import Manifest
import Model
import SystemPackage

/// Opens what the operator and the fleet name: the fleet's repository, and those of its sources.
struct RepositoryOpener: Sendable {
    let mirrors: Mirrors
    private let trust: Trust
    private let acceptances: AcceptedCommits
    private let verifier: SignatureVerifier

    init(state: String, trust: Trust, clocks: Clocks) throws {
        self.trust = trust
        mirrors = try Mirrors(
            folder: FilePath(state + "/mirrors"),
            settings: Mirrors.Settings(
                policy: trust.policy,
                credentials: trust.credentials(ofState: state),
                authorities: trust.authorities),
            clocks: clocks)
        acceptances = try AcceptedCommits(folder: FilePath(state + "/accepted"))
        verifier = try SignatureVerifier(folder: FilePath(state + "/keys"))
    }

    /// A folder without Git is read as it lies there.
    func fleet(at place: String) async throws -> Repository {
        if place.utf8.first == UInt8(ascii: "/"), !Self.isRepository(place) { return try folder(place) }
        let address = try RepositoryAddress(parsing: Text(place))
        let mirror = try await mirrors.mirror(
            of: address, credential: trust.credentials, knownHosts: trust.knownHosts)
        return Repository(
            place: Text(address.description), kind: .git(tracked(mirror, trust.rules)), ownFollow: trust.follow)
    }

    /// - Parameter absolute: makes a path of this machine out of one that the fleet writes.
    func source(_ source: Source, absolute: (String) -> String) async throws -> Repository {
        let address: RepositoryAddress
        switch source.location {
        case .folder(let path):
            guard trust.policy.allowsLocalPaths else {
                throw ContentFailure("\(source.name): a folder of this machine needs the operator's leave (--trust)")
            }
            return try folder(absolute(path.string))
        case .git(let url):
            let isPath = url.utf8.first == UInt8(ascii: "/") || url.utf8.first == UInt8(ascii: ".")
            address = try RepositoryAddress(parsing: isPath ? Text(absolute(url.string)) : url)
        }
        let keys = source.verification.map { SigningKeys($0.scheme == .ssh ? .ssh : .gpg, $0.keys) }
        let rules = SourceRules(
            name: source.name.text, interval: source.interval, keys: keys, allowsRewrites: source.allowsRewrites)
        let mirror = try await mirrors.mirror(of: address, credential: source.credentials)
        return Repository(place: Text(address.description), kind: .git(tracked(mirror, rules)))
    }

    /// A branch that checkpoints are pushed to.
    func publication(_ place: Text, branch: Text, credentials: Text?) async throws(SourceFailure) -> Publication {
        try await mirrors.publication(
            to: try RepositoryAddress(parsing: place), branch: branch, credential: credentials)
    }

    private func tracked(_ mirror: GitSource.Mirror, _ rules: SourceRules) -> TrackedSource {
        TrackedSource(rules, of: mirror, acceptances: acceptances, verifier: verifier)
    }

    private func folder(_ path: String) throws(ContentFailure) -> Repository {
        do throws(TreeError) {
            return Repository(place: Text(path), kind: .folder(try FolderTree(FilePath(path))))
        } catch {
            throw ContentFailure("\(path): \(error)")
        }
    }

    /// A working copy, or a bare repository.
    static func isRepository(_ path: String) -> Bool {
        let manager = FileManager.default
        return manager.fileExists(atPath: path + "/.git")
            || manager.fileExists(atPath: path + "/HEAD") && manager.fileExists(atPath: path + "/objects")
    }
}
