// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Model
import SystemPackage

extension Mirror {
    /// Fetches branches of a repository on this machine without the walk with which `git fetch` ends. False where that
    /// cannot be done or does not work out for another reason than that a limit is reached: `git fetch` is for that, or
    /// says why it can't be done.
    ///
    /// That walk visits every folder that the mirror holds, to see that nothing is missing which the new commits lead to:
    /// a third of what a commit to a large repository costs, and more the larger it is. It says nothing new here.
    /// `index-pack --strict` lets a pack in only if each object that one of its objects names is in it or in the mirror,
    /// and the mirror was filled this way. Where the server lacks history it does not insist on parents, so that such a
    /// server is left to `git fetch`.
    func takeIn(_ follows: [Follow]) async throws(SourceFailure) -> Bool {
        guard address.transport == .file, !follows.isEmpty, follows.allSatisfy(\.isBranch),
            LooseReferences(repository: FilePath(address.path))?.isWhole == true
        else { return false }
        let found: [String: GitID]
        do throws(SourceFailure) {
            found = try await fetcher.takeIn(Set(follows.map(\.asked)))
        } catch {
            cleanUp()
            switch error {
            case .timedOut, .diskFull, .readOnly: throw error
            // One branch of many may be too large: `git fetch` fetches each by itself then.
            default: return false
            }
        }
        guard LooseReferences(repository: FilePath(address.path))?.isWhole == true else { return false }
        var references: [(name: String, commit: CommitID)] = []
        for follow in follows {
            guard let id = found[follow.asked] else { return false }
            references.append((follow.seen, CommitID(id)))
        }
        guard folder.point(references) else { return false }
        taken += 1
        record(follows)
        return true
    }
}

extension Follow {
    /// What stands under its name is a commit.
    fileprivate var isBranch: Bool {
        switch self {
        case .branch, .head: true
        case .tag, .commit: false
        }
    }
}

extension Fetcher {
    /// Brings in what a repository on this machine has under these names, and says what that is. Nothing is pointed at it
    /// yet.
    fileprivate func takeIn(_ names: Set<String>) async throws(SourceFailure) -> [String: GitID] {
        // Below its limit `git` leaves no note beside a pack that somebody is about to need it: the next to write is the
        // one who points at it. It unpacks nothing, since objects are to be checked.
        let outcome = try await talk(
            writing(
                [
                    "-c", "fetch.unpackLimit=2147483647", "fetch-pack", "--thin", "--quiet", "--no-progress",
                    address.description,
                ] + names.sorted(), deadline: limits.fetching))
        guard outcome.succeeded else {
            throw SourceFailure(of: outcome, at: address, deadline: limits.fetching, sizeLimit: limits.pack)
        }
        var found: [String: GitID] = [:]
        for line in outcome.output.split(separator: 0x0A) {
            guard let space = line.firstIndex(of: 0x20) else { continue }
            let name = String(decoding: line[(space + 1)...], as: UTF8.self)
            if names.contains(name) { found[name] = GitID(hex: String(decoding: line[..<space], as: UTF8.self)) }
        }
        return found
    }
}
