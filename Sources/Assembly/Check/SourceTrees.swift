// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Fleet
import Foundation
import GitSource
import Manifest
import Model

/// The trees that a check renders from: the fleet's own, and those of its sources when they may be fetched.
actor SourceTrees {
    private struct Key: Hashable {
        var source: Source
        var follow: Application.Follow?
    }

    private let own: any TreeReader
    let folder: String
    let opener: RepositoryOpener?
    /// Whether a base in another repository was asked for that may not be fetched.
    var lacksBase = false
    private var known: [Key: Result<any TreeReader, ContentFailure>] = [:]

    /// - Parameters:
    ///   - folder: where relative paths of sources begin.
    ///   - opener: `nil`: only the fleet's own tree is read.
    init(own: any TreeReader, folder: String, opener: RepositoryOpener?) {
        self.own = own
        self.folder = folder
        self.opener = opener
    }

    /// The tree that a unit renders from; `nil` when it may not be fetched.
    func tree(of unit: UnitSpec, in fleet: FleetSnapshot) async throws(ContentFailure) -> (any TreeReader)? {
        guard let name = unit.source else { return own }
        guard let opener else { return nil }
        guard let source = fleet.sources[name] else { throw ContentFailure("the source \(name) is not declared") }
        return try await tree(of: source, at: unit.follow, with: opener).get()
    }

    func tree(
        of source: Source, at follow: Application.Follow?, with opener: RepositoryOpener
    ) async -> Result<any TreeReader, ContentFailure> {
        let key = Key(source: source, follow: follow)
        if let known = known[key] { return known }
        let result = await open(source, follow, with: opener)
        known[key] = result
        return result
    }

    private func open(
        _ source: Source, _ follow: Application.Follow?, with opener: RepositoryOpener
    ) async -> Result<any TreeReader, ContentFailure> {
        do {
            let targets = ServedTargets(named: [], below: folder)
            let repository = try await opener.source(source, absolute: targets.absolute)
            guard case .git(let tracked) = repository.kind else {
                return .success(try await repository.tree(of: nil).reader)
            }
            // What the server has now is what a change would be merged to, whatever was accepted before.
            let commit = try await tracked.preview(repository.follow(follow))
            return .success(try await repository.tree(of: commit).reader)
        } catch let failure as SourceFailure {
            return .failure(ContentFailure("the source \(source.name): \(failure); \(failure.advice)"))
        } catch {
            return .failure(ContentFailure("the source \(source.name): \(error)"))
        }
    }

    func close() async { await opener?.mirrors.close() }
}
