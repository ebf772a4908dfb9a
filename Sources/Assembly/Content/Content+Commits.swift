// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Engine
import Fleet
import GitSource
import Manifest
import Model
import Rendering

extension Content {
    /// Files that lie elsewhere than in the unit's own folder are followed up to so many.
    private static let fileLimit = 100

    /// The commits that changed what a unit is rendered from, newest first: its folder, and what it reads elsewhere.
    ///
    /// - Parameter applied: the commit that what is applied was rendered from.
    func commits(
        of unit: UnitID, at version: Version, applied: CommitID?, limit: Int
    ) async throws(ContentError) -> [UnitCommit] {
        let declared = try find(unit)
        guard case .git(let source) = declared.repository.kind, let newest = version.source else {
            throw ContentError("\(unit) comes from a plain folder, which has no history")
        }
        let paths = try await paths(of: unit, declared, at: version)
        do throws(ObjectError) {
            let found = try await source.database.history(of: paths, from: newest, limit: limit).entries
            var current: CommitID?
            if let applied {
                current = try await source.database.history(of: paths, from: applied, limit: 1).entries.first?.id
            }
            return found.map { entry in
                UnitCommit(
                    commit: entry.id, author: Text("\(entry.commit.author)"), time: entry.commit.committer.time,
                    subject: Text(entry.commit.subject), isCurrent: entry.id == current)
            }
        } catch {
            throw ContentError("the history of \(unit) cannot be read: \(Text("\(error)"))")
        }
    }

    private func paths(
        of unit: UnitID, _ declared: Declared, at version: Version
    ) async throws(ContentError) -> [TreePath] {
        let own = declared.spec.path
        // What cannot be rendered has a history all the same.
        var trace = (try? await kept(unit, at: version))?.render.trace
        if trace == nil { trace = (try? await output(of: unit, declared.spec.rendering, at: version))?.trace }
        let findings = trace?.findings ?? [:]
        let elsewhere = findings.filter { path, finding in finding != .folder && !path.isWithin(own) }.keys.sorted()
        return [own] + elsewhere.prefix(Self.fileLimit)
    }
}
