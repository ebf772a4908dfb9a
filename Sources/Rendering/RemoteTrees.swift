// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Kustomize
package import Manifest
package import Model
import Synchronization

/// The trees of other repositories that a render may name by their addresses. Who gives them decides which.
package struct RemoteTrees: Sendable {
    package struct Found: Sendable {
        package var tree: any TreeReader
        package var folder: TreePath
        /// The commit whose tree it is; `nil` when there is none.
        package var commit: CommitID?
        /// What is followed there, in a form of the giver's: by it the giver knows which renders a move concerns.
        package var following: Text

        package init(tree: any TreeReader, folder: TreePath, commit: CommitID?, following: Text) {
            self.tree = tree
            self.folder = folder
            self.commit = commit
            self.following = following
        }
    }

    /// The engine has refusals of its own.
    package typealias Refusal = Kustomize.Refusal

    package var find: @Sendable (_ address: Text) async -> Result<Found, Refusal>

    package init(_ find: @escaping @Sendable (_ address: Text) async -> Result<Found, Refusal>) { self.find = find }

    /// Where no fleet says which repositories there are.
    package static let none = RemoteTrees { address in
        .failure(
            Refusal(
                reason: "\"\(address)\" lies in another repository, and bases are not fetched from addresses",
                advice: "declare the repository as a source in the fleet"))
    }
}

/// Remembers which trees were asked for, and what was read of them.
final class TracingRemotes: Sendable {
    private struct Seen {
        var folder: TreePath
        var commit: CommitID?
        var following: Text
        var reader: TracingTreeReader
    }

    private let remotes: RemoteTrees
    private let seen = Mutex<[Text: Seen]>([:])

    init(_ remotes: RemoteTrees) { self.remotes = remotes }

    var bases: RemoteBases {
        RemoteBases { address in await self.find(address).map { ($0.reader, $0.folder) } }
    }

    /// The trees that were asked for, by address.
    var trees: [Text: any TreeReader] { seen.withLock { $0 }.mapValues { $0.reader } }

    /// The commits that were read, by address.
    var commits: [Text: CommitID] { seen.withLock { $0 }.compactMapValues(\.commit) }

    /// Of every address what was read there.
    var trace: [Text: Trace.Remote] {
        seen.withLock { $0 }.mapValues { seen in
            Trace.Remote(folder: seen.folder, following: seen.following, trace: seen.reader.trace)
        }
    }

    /// One render sees one tree behind an address, however often it asks.
    private func find(_ address: Text) async -> Result<Seen, Refusal> {
        if let known = seen.withLock({ $0[address] }) { return .success(known) }
        return await remotes.find(address).map { found in
            let new = Seen(
                folder: found.folder, commit: found.commit, following: found.following,
                reader: TracingTreeReader(found.tree))
            return seen.withLock { seen in
                if let known = seen[address] { return known }
                seen[address] = new
                return new
            }
        }
    }
}
