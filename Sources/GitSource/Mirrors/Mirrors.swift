// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Glibc
package import Manifest
package import Model
package import NIOPosix
package import SystemPackage

/// All mirrors of a state folder. Whoever reads one repository with the same credentials shares its mirror; others have
/// one of their own, so that nobody reads what only somebody else may.
package actor Mirrors {
    /// What the operator decides, outside of Git.
    package struct Settings: Sendable {
        package var policy: AddressPolicy
        package var credentials: CredentialStore
        package var authorities: FilePath?
        package var limits: FetchLimits

        package init(
            policy: AddressPolicy = AddressPolicy(), credentials: CredentialStore, authorities: FilePath? = nil,
            limits: FetchLimits = FetchLimits()
        ) {
            self.policy = policy
            self.credentials = credentials
            self.authorities = authorities
            self.limits = limits
        }
    }

    private struct Key: Hashable {
        var address: RepositoryAddress
        var credential: Text?
        var knownHosts: FilePath?
    }

    private let folder: FilePath
    private let settings: Settings
    private let clocks: Clocks
    private let threads: NIOThreadPool
    private let environment: GitEnvironment
    private let resolver: Resolver
    private var mirrors: [Key: Mirror] = [:]

    /// - Parameter folder: of this and nothing else; made when it is not there.
    package init(
        folder: FilePath, settings: Settings, clocks: Clocks = .system, threads: NIOThreadPool = .singleton
    ) throws(SourceFailure) {
        try self.init(folder: folder, settings: settings, clocks: clocks, resolver: .system(threads: threads))
    }

    init(folder: FilePath, settings: Settings, clocks: Clocks, resolver: Resolver) throws(SourceFailure) {
        self.folder = folder
        self.settings = settings
        self.clocks = clocks
        self.threads = resolver.threads
        self.resolver = resolver
        let home = folder.appending("home")
        for folder in [folder, home] {
            guard mkdir(folder.string, 0o700) == 0 || errno == EEXIST else { throw .onDisk(folder, errno) }
        }
        let configuration = folder.appending("gitconfig")
        try PrivateFile.write(Array(GitConfiguration.text.utf8), to: configuration)
        environment = GitEnvironment(home: home, configuration: configuration)
    }

    /// The mirror of a repository; made empty when there is none.
    ///
    /// - Parameters:
    ///   - credential: the name of credentials of the agent.
    ///   - knownHosts: the keys of its SSH host, instead of those that the credentials name.
    package func mirror(
        of address: RepositoryAddress, credential: Text? = nil, knownHosts: FilePath? = nil
    ) throws(SourceFailure) -> Mirror {
        try settings.policy.check(address)
        let key = Key(address: address, credential: credential, knownHosts: knownHosts)
        if let known = mirrors[key] { return known }
        let name = Digest(of: "\(address)\0\(credential ?? "")\0\(knownHosts?.string ?? "")".utf8).hex.prefix(40)
        let mirrorFolder = MirrorFolder(path: folder.appending("\(name).git"))
        _ = mirrorFolder.ifUnlocked { mirrorFolder.removeLeftovers() }
        let fetcher = Fetcher(
            address: address, folder: mirrorFolder, environment: environment, limits: settings.limits,
            reach: Reach(
                policy: settings.policy, credentials: settings.credentials, credential: credential,
                authorities: settings.authorities, knownHosts: knownHosts, resolver: resolver))
        let database = ObjectDatabase(repository: mirrorFolder.path, environment: environment, threads: threads)
        let mirror = Mirror(
            address, folder: mirrorFolder, fetcher: fetcher, database: database, clocks: clocks,
            jitter: { Double.random(in: 0..<1) })
        mirrors[key] = mirror
        return mirror
    }

    package func close() {
        for mirror in mirrors.values { mirror.close() }
        mirrors = [:]
    }
}
