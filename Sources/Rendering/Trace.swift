// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// What a render read of a tree: it renders to the same as long as all of this holds.
package struct Trace: Sendable, Hashable {
    /// What was found at a path.
    package enum Finding: Sendable, Hashable {
        case nothing
        /// A folder, of which nothing but that it is one was asked.
        case folder
        case content(ContentID, isExecutable: Bool)
    }

    /// By path: what was looked at, the folders on the way to it included.
    package var findings: [TreePath: Finding]
    /// Links at the end of a path, with the content that they lead to.
    package var targets: [TreePath: ContentID]
    /// Folders whose names were listed, each with a digest of the names.
    package var listings: [TreePath: Digest]
    /// Whether a link led somewhere. Then the paths that a commit changes do not tell whether this still holds.
    package var followsLinks: Bool
    /// By the address that a kustomization names: what was read of another repository.
    package var remotes: [Text: Remote] = [:]

    package struct Remote: Sendable, Hashable {
        /// Where the address leads in the other repository.
        package var folder: TreePath
        /// ``RemoteTrees/Found/following``
        package var following: Text
        package var trace: Trace

        package init(folder: TreePath, following: Text, trace: Trace) {
            self.folder = folder
            self.following = following
            self.trace = trace
        }
    }

    package init(
        findings: [TreePath: Finding] = [:], targets: [TreePath: ContentID] = [:],
        listings: [TreePath: Digest] = [:], followsLinks: Bool = false
    ) {
        self.findings = findings
        self.targets = targets
        self.listings = listings
        self.followsLinks = followsLinks
    }

    /// The commits of the other repositories that were read, by address, when they still say the same; otherwise `nil`.
    package func commits(beside trees: RemoteTrees) async -> [Text: CommitID]? {
        var commits: [Text: CommitID] = [:]
        for (address, remote) in remotes {
            guard case .success(let found) = await trees.find(address), found.folder == remote.folder,
                await remote.trace.holds(in: found.tree)
            else { return nil }
            commits[address] = found.commit
        }
        return commits
    }

    /// What both read, of one tree.
    package func merging(_ other: Trace) -> Trace {
        var merged = self
        merged.findings.merge(other.findings) { $1 }
        merged.targets.merge(other.targets) { $1 }
        merged.listings.merge(other.listings) { $1 }
        merged.followsLinks = followsLinks || other.followsLinks
        return merged
    }

    /// Whether a render of this tree would read the same, as far as it read this tree.
    package func holds(in tree: any TreeReader) async -> Bool {
        do throws(TreeError) {
            for (path, finding) in findings where try await Finding(at: path, in: tree) != finding { return false }
            for (link, id) in targets where try await tree.blob(at: link).id != id { return false }
            for (folder, names) in listings {
                guard Self.digest(of: try await tree.children(of: folder)) == names else { return false }
            }
        } catch {
            // What leads nowhere now, is no folder any more, or cannot be read is not what was read.
            return false
        }
        return true
    }

    /// The files that were read and that a commit gives another content, when that is all of what was read that it
    /// changes; `nil` when it may change more.
    package func contents(changedBy delta: TreeDelta) -> Set<TreePath>? {
        guard !followsLinks, !delta.folders.contains(where: { findings[$0] != nil }),
            !delta.listings.contains(where: { listings[$0] != nil })
        else { return nil }
        var changed: Set<TreePath> = []
        for path in delta.paths {
            switch findings[path] {
            case nil: continue
            case .content: changed.insert(path)
            case .nothing, .folder: return nil
            }
        }
        return changed
    }

    /// Of the names alone, and which of them are folders: what they hold was either read as well, or does not matter.
    static func digest(of children: [TreeEntry]) -> Digest {
        var bytes: [UInt8] = []
        for child in children {
            let tag: Character =
                switch child.kind {
                case .file, .link: "f"
                case .folder: "d"
                case .submodule: "s"
                }
            bytes += "\(tag)\(child.name.count):".utf8
            bytes += child.name
        }
        return Digest(of: bytes)
    }
}

extension Trace.Finding {
    init(_ entry: TreeEntry?) {
        switch entry?.kind {
        case nil: self = .nothing
        case .folder: self = .folder
        case .file(let isExecutable): self = .content(entry?.id ?? .sha256(Digest(of: [])), isExecutable: isExecutable)
        case .link, .submodule: self = .content(entry?.id ?? .sha256(Digest(of: [])), isExecutable: false)
        }
    }

    init(at path: TreePath, in tree: any TreeReader) async throws(TreeError) {
        switch try await tree.kind(at: path) {
        case nil: self = .nothing
        case .folder: self = .folder
        case .file, .link, .submodule: self.init(try await tree.entry(at: path))
        }
    }
}
