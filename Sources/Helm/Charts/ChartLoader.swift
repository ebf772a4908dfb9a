// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
package import Model

/// Puts a chart together: its own files, the charts that are packed in it, and those that it depends on.
package struct ChartLoader: Sendable {
    private let tree: any TreeReader
    private let archives: (any ChartArchives)?
    private let repositories: [ChartRepository]?
    private let budget: ChartFiles.Budget
    private static let depthLimit = 16

    /// - Parameters:
    ///   - archives: where charts of repositories come from; `nil` where none is to be fetched.
    ///   - repositories: those that may be asked; `nil` for any.
    package init(
        tree: any TreeReader, archives: (any ChartArchives)?, repositories: [ChartRepository]? = nil,
        budget: ChartFiles.Budget = .init()
    ) {
        self.tree = tree
        self.archives = archives
        self.repositories = repositories
        self.budget = budget
    }

    /// The chart with every dependency in its `charts`, all unpacked.
    package func load(_ chart: HelmRequest.Chart) async throws(HelmError) -> ChartFiles {
        switch chart {
        case .source(let path) where Self.isArchive(path.name ?? []):
            let bytes: [UInt8]
            do throws(TreeError) {
                bytes = try await tree.read(path, limit: budget.fileSize)
            } catch {
                throw .tree(error)
            }
            let name = Text(path.description)
            let chart = try ChartFiles.read(archive: bytes, name: name, budget: budget)
            return try await completed(chart, place: name, folder: nil, within: [name])
        case .source(let path): return try await load(folder: path, within: [])
        case .published(let reference): return try await fetch(reference, within: [])
        }
    }

    private func fetch(_ reference: ChartReference, within above: [Text]) async throws(HelmError) -> ChartFiles {
        let name = Text("\(reference.name)-\(reference.version).tgz")
        guard !above.contains(name) else { throw .badChart(reason: "\(name) depends on itself") }
        guard let archives else {
            throw .refused("\(reference.repository) is not asked for \(name)", advice: "charts are read offline here")
        }
        let known = repositories?.first { $0.isAt(reference.repository) }
        guard repositories == nil || known != nil else {
            throw .refused(
                "\(reference.repository), which is to have \(name), is none of the project's repositories of charts",
                advice: "the project's spec.charts lists them")
        }
        let bytes = try await archives.archive(of: reference, by: known?.credentials)
        let chart = try ChartFiles.read(archive: bytes, name: name, budget: budget)
        return try await completed(chart, place: name, folder: nil, within: above + [name])
    }

    /// - Parameter above: the charts whose dependencies have led here.
    private func load(folder: TreePath, within above: [Text]) async throws(HelmError) -> ChartFiles {
        let place = Text(folder.isRoot ? "." : folder.description)
        guard !above.contains(place) else { throw .badChart(reason: "\(place) depends on itself") }
        let chart = try await ChartFiles.read(folder, in: tree, budget: budget)
        return try await completed(chart, place: place, folder: folder, within: above + [place])
    }

    private func completed(
        _ files: ChartFiles, place: Text, folder: TreePath?, within above: [Text]
    ) async throws(HelmError) -> ChartFiles {
        guard above.count <= Self.depthLimit else {
            throw .badChart(reason: "\(place): charts depend on charts more than \(Self.depthLimit) deep")
        }
        var chart = files
        let metadata = try ChartMetadata(chart, place: place)
        guard metadata.dependencies.count <= budget.charts else {
            throw .badChart(reason: "\(metadata.file): the chart depends on more than \(budget.charts) charts")
        }
        try chart.unpackCharts()
        var inner = metadata.dependencies.isEmpty ? [] : try chart.innerCharts(in: place)
        for (index, dependency) in metadata.dependencies.enumerated()
        where !inner.contains(where: { $0.fulfils(dependency) }) {
            let advice = DependencyAdvice(dependency, of: metadata)
            switch DependencyPlace(dependency.repository) {
            case .within: throw advice.error("is not in the chart's folder charts")
            case .folder(let relative):
                guard let folder, let other = relative.resolved(from: folder) else {
                    throw advice.error("names a folder outside the source")
                }
                try chart.add(try await load(folder: other, within: above), for: dependency, to: &inner)
            case .repository(let address):
                let version = try metadata.pinnedVersion(of: dependency, at: index)
                let reference = ChartReference(repository: address, name: dependency.name, version: version)
                try chart.add(try await fetch(reference, within: above), for: dependency, to: &inner)
            case .registry:
                throw .refused(
                    advice.text("lies in an OCI registry, which Trimtab does not read"),
                    advice: "put the packed chart into the folder charts, or use the chart's HTTP repository")
            case .alias:
                throw .refused(
                    advice.text("names its repository by an alias, which only the author's own machine knows"),
                    advice: "write the repository's address")
            case .unknown: throw advice.error("has the repository \(dependency.repository.quoted), which is no address")
            }
        }
        return chart
    }

    static func isArchive(_ name: some Collection<UInt8>) -> Bool {
        [".tgz", ".tar.gz"].contains { name.suffix($0.utf8.count).elementsEqual($0.utf8) }
    }
}

/// An error about a dependency, with the place where it is declared.
private struct DependencyAdvice {
    private let dependency: ChartMetadata.Dependency
    private let metadata: ChartMetadata

    init(_ dependency: ChartMetadata.Dependency, of metadata: ChartMetadata) {
        self.dependency = dependency
        self.metadata = metadata
    }

    func text(_ reason: String) -> String {
        let place = dependency.position.map { "\(metadata.file):\($0.line)" } ?? "\(metadata.file)"
        return "\(place): the dependency \(dependency.name) \(reason)"
    }

    func error(_ reason: String) -> HelmError { .badChart(reason: text(reason)) }
}
