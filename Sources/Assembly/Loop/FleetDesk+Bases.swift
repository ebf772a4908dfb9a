// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Fleet
import GitSource
import Kustomize
import Manifest
import Model
import Rendering

/// Bases that kustomizations name in other repositories: what is followed there by no application of its own.
extension FleetDesk {
    /// Where a base stands: all renders see it there until a look moves it.
    struct Base: Sendable {
        var source: Source
        var commit: CommitID
        /// When a render asked for it first.
        var asked: Moment
    }

    /// How long a base stays where it is that nobody is known to read: the render that asked for it may still run, or
    /// it failed and asks again.
    private static let patience = Duration.seconds(30)

    /// The tree that an address means for a project's applications.
    ///
    /// - Parameter pinned: The commit that a version was made from; `nil` for the one that is accepted now.
    func base(
        _ address: Text, for project: ProjectName, at pinned: CommitID?
    ) async -> Result<RemoteTrees.Found, Refusal> {
        let allowed = snapshot.projects[project]?.sources ?? []
        let match: DeclaredBases.Match
        switch declaredBases.match(address, for: project, allowed: allowed) {
        case .failure(let refusal): return .failure(refusal)
        case .success(let found): match = found
        }
        let name = match.source.name
        do {
            let repository = try await repository(of: name)
            for follow in match.follows {
                let following = Following(source: name, follow: follow)
                guard let newest = try await commit(of: following, in: repository, match.source, pinned) else {
                    continue
                }
                let commit = pinned ?? newest
                let tree = try await repository.tree(of: commit).reader
                return .success(
                    RemoteTrees.Found(
                        tree: tree, folder: match.folder, commit: commit, following: following.order))
            }
            if let pinned, let follow = match.follows.first {
                // What it was followed by is gone, or its server is away; the commit is still here.
                let tree = try await repository.tree(of: pinned).reader
                let following = Following(source: name, follow: follow)
                return .success(
                    RemoteTrees.Found(tree: tree, folder: match.folder, commit: pinned, following: following.order))
            }
            let names = match.follows.map { "\(repository.follow($0))" }.joined(separator: " or ")
            return .failure(Refusal(reason: "the source \(name) has no \(names)", advice: "look at what follows ?ref="))
        } catch let failure as SourceFailure {
            return .failure(Refusal(reason: "the source \(name): \(failure)", advice: failure.advice))
        } catch {
            return .failure(Refusal(reason: "the source \(name): \(error)"))
        }
    }

    /// `nil` when the source has no such thing.
    ///
    /// - Parameter pinned: what is read whatever the source says; then a source that is away is no failure.
    private func commit(
        of following: Following, in repository: Repository, _ source: Source, _ pinned: CommitID?
    ) async throws -> CommitID? {
        if let known = bases[following], known.source == source { return known.commit }
        let look = await repository.look(at: following.follow, since: nil)
        if let commit = look.accepted {
            bases[following] = Base(source: source, commit: commit, asked: clocks.monotonic())
            return commit
        }
        if case .missing = look.failure { return nil }
        guard pinned == nil else { return nil }
        throw look.failure ?? ContentFailure("it was not looked at yet")
    }

    /// Looks at what bases stand on. Gives the units that a move concerns; those that read nothing of what moved are left
    /// alone.
    ///
    /// - Parameter isNewFleet: Sources, or who may use them, may have changed: all that read bases are looked at.
    func followBases(
        isNewFleet: Bool, since due: (SourceName?) -> Moment?, _ looks: inout [SourceName: [Follow: Finding]],
        _ statuses: inout [SourceName: SourceStatus]
    ) async -> Set<UnitID> {
        var concerned: Set<UnitID> = []
        for (following, base) in bases {
            let key = following.order
            let readers = await content.units(readingBase: key)
            let isDeclared = following.source.map { snapshot.sources[$0] == base.source } ?? false
            if isDeclared, readers.isEmpty, clocks.monotonic() < base.asked.advanced(by: Self.patience) { continue }
            guard let name = following.source, isDeclared, !readers.isEmpty else {
                // The next render that names it finds it again, or says why not.
                bases[following] = nil
                concerned.formUnion(readers)
                continue
            }
            if isNewFleet { concerned.formUnion(readers) }
            guard let repository = try? await repository(of: name) else { continue }
            let finding = await find(name, in: repository, at: following.follow, since: due(name))
            let look = finding.look
            let follow = repository.follow(following.follow)
            looks[name, default: [:]][follow] = finding
            if statuses[name] == nil {
                statuses[name] = SourceStatus(name, at: repository.place, following: follow, look)
            }
            guard let new = look.accepted, new != base.commit else { continue }
            bases[following]?.commit = new
            concerned.formUnion(
                await content.units(readingBase: key, in: repository, from: base.commit, to: new) ?? readers)
        }
        return concerned
    }
}
