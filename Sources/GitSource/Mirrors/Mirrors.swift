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
        let text = Array(GitConfiguration.text.utf8)
        // A start that finds everything as it was writes nothing.
        if PrivateFile.read(configuration) != text { try PrivateFile.write(text, to: configuration) }
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
        if mirrorFolder.exists { _ = mirrorFolder.ifUnlocked { mirrorFolder.removeLeftovers() } }
        mirrorFolder.fresh.delete()
        let fetcher = fetcher(address, mirrorFolder, credential, knownHosts)
        let database = ObjectDatabase(
            repository: mirrorFolder.path, environment: environment, threads: threads,
            remembering: mirrorFolder.path.appending("trimtab.objects"))
        let mirror = Mirror(
            address, folder: mirrorFolder, fetcher: fetcher, database: database, clocks: clocks,
            jitter: { Double.random(in: 0..<1) })
        mirrors[key] = mirror
        return mirror
    }

    /// A branch that is written to. Its folder is none of a mirror, so that nothing that is read goes through it.
    package func publication(
        to address: RepositoryAddress, branch: Text, credential: Text? = nil
    ) throws(SourceFailure) -> Publication {
        try settings.policy.check(address)
        let name = Digest(of: "\(address)\0\(branch)".utf8).hex.prefix(40)
        let published = MirrorFolder(path: folder.appending("\(name).published"))
        if published.exists { _ = published.ifUnlocked { published.removeLeftovers() } }
        return Publication(fetcher(address, published, credential, nil), branch: branch)
    }

    private func fetcher(
        _ address: RepositoryAddress, _ folder: MirrorFolder, _ credential: Text?, _ knownHosts: FilePath?
    ) -> Fetcher {
        Fetcher(
            address: address, folder: folder, environment: environment, limits: settings.limits,
            reach: Reach(
                policy: settings.policy, credentials: settings.credentials, credential: credential,
                authorities: settings.authorities, knownHosts: knownHosts, resolver: resolver))
    }

    /// How long a mirror stays that nothing uses: what left the fleet by mistake comes back without being fetched again.
    package static let grace = Duration.seconds(24 * 3600)

    /// Removes mirrors that nothing has used since an earlier call, at least ``grace`` ago; one that is used again is kept.
    /// Of those that are in use, what was only looked at is let go of; otherwise nothing is written for them.
    /// - Returns: how many were removed.
    @discardableResult
    package func sweep(keeping used: [Mirror], grace: Duration = Mirrors.grace) async -> Int {
        let removed = removeUnused(used, grace)
        for mirror in used { await mirror.forgetGlimpses() }
        return removed
    }

    private func removeUnused(_ used: [Mirror], _ grace: Duration) -> Int {
        let usedPaths = Set(used.map(\.folder.path))
        var removed = 0
        for name in MirrorFolder.names(in: folder) {
            let path = folder.appending(name)
            // What a killed removal or repair left.
            if name.hasSuffix(".gone") { MirrorFolder(path: path).delete() }
            guard name.hasSuffix(".git") else { continue }
            let mirror = MirrorFolder(path: path)
            if usedPaths.contains(path) {
                unlink(mirror.idleMark.string)
            } else if isOver(grace, since: mirror.idleMark) {
                for (key, open) in mirrors where open.folder.path == path {
                    open.close()
                    mirrors[key] = nil
                }
                var isFree = false
                _ = mirror.ifUnlocked { isFree = true }
                guard isFree else { continue }
                mirror.delete()
                removed += 1
            }
        }
        return removed
    }

    /// Marks the beginning when there is no mark yet.
    private func isOver(_ grace: Duration, since mark: FilePath) -> Bool {
        let now = clocks.wall()
        guard let bytes = PrivateFile.read(mark),
            let began = Int64(String(decoding: bytes, as: UTF8.self)).map(Time.init(nanoseconds:)), began <= now
        else {
            try? PrivateFile.write(Array("\(now.nanoseconds)".utf8), to: mark)
            return false
        }
        return now.duration(since: began) >= grace
    }

    /// Lets go of what was read lately.
    package func forget() {
        for mirror in mirrors.values { mirror.database.forget() }
    }

    /// How many objects were asked of `git` since the beginning, of the mirrors that are open.
    package var questions: Int { mirrors.values.reduce(0) { $0 + $1.database.questions } }

    package func close() {
        for mirror in mirrors.values { mirror.close() }
        mirrors = [:]
    }
}
