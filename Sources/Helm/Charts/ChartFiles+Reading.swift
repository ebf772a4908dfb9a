// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

extension ChartFiles {
    /// Reads a folder of a source. Links are followed inside the source; one that leaves it is an error.
    static func read(
        _ folder: TreePath, in tree: any TreeReader, budget: Budget = Budget()
    ) async throws(HelmError) -> ChartFiles {
        var chart = ChartFiles(budget: budget)
        do throws(TreeError) {
            let entry = try await tree.entry(at: folder)
            guard entry != nil || folder.isRoot else { throw .notFound(folder) }
        } catch {
            throw .tree(error)
        }
        try await chart.read(folder, as: .root, in: tree)
        return chart
    }

    private mutating func read(
        _ folder: TreePath, as path: TreePath, in tree: any TreeReader
    ) async throws(HelmError) {
        guard path.components.count < budget.depth else {
            throw .badChart(reason: "\(folder): folders lie more than \(budget.depth) deep")
        }
        let children: [TreeEntry]
        do throws(TreeError) { children = try await tree.children(of: folder) } catch { throw .tree(error) }
        for child in children {
            guard let below = folder.appending(child.name), let name = path.appending(child.name) else { continue }
            switch child.kind {
            case .folder: try await read(below, as: name, in: tree)
            case .submodule: throw .tree(.submodule(below))
            case .file: try add(name, try await content(of: below, in: tree))
            case .link:
                do throws(HelmError) {
                    try add(name, try await content(of: below, in: tree))
                } catch .tree(.notAFile(_)) {
                    try await read(below, as: name, in: tree)
                }
            }
        }
    }

    private func content(of file: TreePath, in tree: any TreeReader) async throws(HelmError) -> [UInt8] {
        do throws(TreeError) {
            return try await tree.read(file, limit: budget.fileSize)
        } catch {
            throw .tree(error)
        }
    }

    /// Reads a packaged chart: a gzipped tar archive whose files lie in one folder.
    ///
    /// - Parameter name: of the archive, for messages.
    static func read(
        archive: [UInt8], name: Text, budget: Budget = Budget()
    ) throws(HelmError) -> ChartFiles {
        var chart = ChartFiles(budget: budget)
        do throws(ArchiveError) {
            // Each file costs a header and its padding on top.
            let limit = budget.bytes + budget.files * 1024 + 1024
            let tar = try Gzip.decompress(archive, limit: limit)
            let limits = TarReader.Limits(files: budget.files, fileSize: budget.fileSize, depth: budget.depth)
            let files = try TarReader.read(tar, limits: limits)
            guard let top = files.keys.min()?.components.first,
                files.keys.allSatisfy({ $0.components.count > 1 && $0.components[0] == top })
            else { throw ArchiveError("holds no chart: its files must lie in one folder") }
            for (path, content) in files {
                guard let inner = TreePath(path.components.dropFirst().joined(separator: [UInt8(ascii: "/")])) else {
                    continue
                }
                do throws(HelmError) { try chart.add(inner, content) } catch { throw ArchiveError("\(error)") }
            }
        } catch {
            throw .badArchive(name, reason: error.reason)
        }
        return chart
    }
}
