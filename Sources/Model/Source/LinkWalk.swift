// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// How one tree is walked, step by step: what ``TreeReader``s share in following links.
package protocol TreeSteps: Sendable {
    /// The entry of one name in a folder of the tree, links not followed.
    ///
    /// - Parameters:
    ///   - folder: what this function returned for the folder; `nil` for the root.
    ///   - path: where the entry is, for stores that know paths only.
    func entry(_ name: [UInt8], in folder: TreeEntry?, path: TreePath) async throws(TreeError) -> TreeEntry?

    /// The text of a link.
    func target(of link: TreeEntry, path: TreePath) async throws(TreeError) -> [UInt8]
}

/// Where a path of a tree leads once its links are followed.
package struct Resolved: Sendable, Hashable {
    /// Without links.
    package var path: TreePath
    /// `nil` for the root.
    package var entry: TreeEntry?
}

extension TreeSteps {
    /// Follows the links of a path inside the tree: those in its middle always, the last one on demand.
    ///
    /// - Returns: `nil` when there is nothing at the path.
    /// - Throws: ``TreeError/badLink`` for a link that leaves the tree, loops or ends nowhere;
    ///   ``TreeError/submodule`` when the path goes through one.
    package func resolve(_ asked: TreePath, followingLast: Bool) async throws(TreeError) -> Resolved? {
        var pending = Array(asked.components.reversed())
        var folders: [TreeEntry] = []
        var path = TreePath.root
        var firstLink: TreePath?
        var links = 0
        while let name = pending.popLast() {
            if name.elementsEqual("..".utf8) {
                // Only the text of a link brings these.
                guard let parent = path.parent, folders.popLast() != nil else {
                    throw .badLink(firstLink ?? asked, reason: "leaves the source")
                }
                path = parent
                continue
            }
            guard let next = path.appending(name) else { throw .badLink(asked, reason: "has an impossible name") }
            guard let entry = try await self.entry(name, in: folders.last, path: next) else {
                guard let firstLink else { return nil }
                throw .badLink(firstLink, reason: "ends nowhere")
            }
            switch entry.kind {
            case .link where followingLast || !pending.isEmpty:
                links += 1
                guard links <= linkLimit else { throw .badLink(firstLink ?? next, reason: "is part of a loop") }
                firstLink = firstLink ?? next
                let target = try await self.target(of: entry, path: next)
                guard target.first != UInt8(ascii: "/"), !target.isEmpty, !target.contains(0) else {
                    throw .badLink(next, reason: "leaves the source")
                }
                for part in target.split(separator: UInt8(ascii: "/")).reversed() where !part.elementsEqual(".".utf8) {
                    pending.append(Array(part))
                }
            case .folder:
                folders.append(entry)
                path = next
            case .submodule where !pending.isEmpty:
                throw .submodule(next)
            case .file, .link, .submodule:
                guard pending.isEmpty else {
                    guard let firstLink else { return nil }
                    throw .badLink(firstLink, reason: "ends nowhere")
                }
                return Resolved(path: next, entry: entry)
            }
        }
        return Resolved(path: path, entry: folders.last)
    }

    /// The file at a path, links followed.
    package func resolveFile(_ asked: TreePath) async throws(TreeError) -> (path: TreePath, entry: TreeEntry) {
        guard let resolved = try await resolve(asked, followingLast: true) else { throw .notFound(asked) }
        switch resolved.entry?.kind {
        case .file: break
        case .submodule: throw .submodule(asked)
        case .folder, .link, nil: throw .notAFile(asked)
        }
        guard let entry = resolved.entry else { throw .notAFile(asked) }
        return (resolved.path, entry)
    }

    /// The folder at a path, links followed; its entry is `nil` for the root.
    package func resolveFolder(_ asked: TreePath) async throws(TreeError) -> Resolved {
        guard let resolved = try await resolve(asked, followingLast: true) else { throw .notFound(asked) }
        switch resolved.entry?.kind {
        case .folder, nil: return resolved
        case .submodule: throw .submodule(asked)
        case .file, .link: throw .notAFolder(asked)
        }
    }
}

/// As many as Linux follows.
private let linkLimit = 40

/// A pointer of Git LFS stands where a large file should be: deployed as content it would be a bad surprise.
package enum LargeFilePointer {
    /// Pointers are shorter than this, in bytes (Git LFS specification, version 1).
    package static let sizeLimit = 1024

    package static func matches(_ content: [UInt8]) -> Bool {
        content.count < sizeLimit && content.starts(with: "version https://git-lfs.github.com/spec/v1\n".utf8)
    }
}
