// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

extension ChartFiles {
    /// Replaces the archives in `charts`, and those in the charts within, by folders of their files.
    mutating func unpackCharts() throws(HelmError) {
        var count = 0
        while let archive = files.keys.filter(Self.isPackedChart).min(), let content = files[archive] {
            count += 1
            guard count <= budget.charts else {
                throw .badChart(reason: "more than \(budget.charts) charts are packed into one")
            }
            let name = archive.name ?? []
            let chart = try ChartFiles.read(archive: content, name: Text(archive.description), budget: budget)
            guard let folder = archive.parent?.appending(name.dropLast(4)), names(in: folder).isEmpty else {
                throw .badChart(reason: "\(archive) lies beside a folder of the same name")
            }
            remove(archive)
            try add(chart, at: folder)
        }
    }

    /// `charts/NAME.tgz`, at any depth of charts. Helm passes over names that begin with `_` or a dot.
    private static func isPackedChart(_ path: TreePath) -> Bool {
        let parts = path.components
        guard parts.count.isMultiple(of: 2), let name = parts.last, name.count > 4,
            name.suffix(4).elementsEqual(".tgz".utf8), name[0] != UInt8(ascii: "_"), name[0] != UInt8(ascii: ".")
        else { return false }
        return stride(from: 0, to: parts.count, by: 2).allSatisfy { parts[$0].elementsEqual("charts".utf8) }
    }

    /// A chart that lies in `charts`, by what it says of itself.
    struct Inner {
        private let name: Text?
        private let version: Text?

        /// - Parameter bytes: of its `Chart.yaml`.
        init(_ bytes: [UInt8], file: Text) throws(HelmError) {
            do throws(ReadingError) {
                let budget = Manifest.Budget(bytes: 1 << 20, depth: 32, nodes: 50_000, documents: 1)
                let metadata = try YAML.read(bytes, file: file, budget: budget).first?.value ?? .null
                name = metadata["name"]?.stringValue
                version = metadata["version"]?.stringValue
            } catch {
                throw .reading(error)
            }
        }

        func fulfils(_ dependency: ChartMetadata.Dependency) -> Bool {
            name == dependency.name && (!dependency.hasOneVersion || version == dependency.version)
        }
    }

    /// The charts that lie in `charts`; each is read once.
    func innerCharts(in place: Text) throws(HelmError) -> [Inner] {
        guard let charts = TreePath("charts".utf8), let file = TreePath("Chart.yaml".utf8) else { return [] }
        var inner: [Inner] = []
        for name in names(in: charts) {
            guard let folder = charts.appending(name), let bytes = files[folder.appending(file)] else { continue }
            inner.append(try Inner(bytes, file: "\(place)/\(Text(folder.description))/Chart.yaml"))
        }
        return inner
    }

    /// Adds the chart of a dependency, which may fulfil others after it, too.
    mutating func add(
        _ chart: ChartFiles, for dependency: ChartMetadata.Dependency, to inner: inout [Inner]
    ) throws(HelmError) {
        if let bytes = chart["Chart.yaml"] { inner.append(try Inner(bytes, file: "\(dependency.name)/Chart.yaml")) }
        try add(chart, at: try place(for: dependency))
    }

    /// The folder in which a dependency is put.
    private func place(for dependency: ChartMetadata.Dependency) throws(HelmError) -> TreePath {
        let taken = TreePath("charts".utf8).map { names(in: $0) } ?? []
        // One chart may be there in two versions.
        for suffix in [""] + (2...9).map({ ".\($0)" }) {
            let name = Array("\(dependency.name)\(suffix)".utf8)
            guard !taken.contains(name) else { continue }
            if let path = TreePath("charts".utf8)?.appending(name) { return path }
        }
        throw .badChart(reason: "the chart depends on \(dependency.name) too often")
    }
}

extension ChartMetadata.Dependency {
    /// Whether the version is one, and no range: `1.2.3`, `v1.2.3-rc.1+build`.
    var hasOneVersion: Bool { Self.isOneVersion(version) }

    static func isOneVersion(_ version: Text) -> Bool {
        let text = version.string.hasPrefix("v") ? version.string.dropFirst() : version.string[...]
        let core = text.utf8.prefix { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: "+") }
        let parts = core.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3, parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(isDigit) }) else { return false }
        return text.utf8.dropFirst(core.count).allSatisfy { byte in
            isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                || [UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: ".")].contains(byte)
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}

extension ChartMetadata {
    /// The version that is fetched: the one that is declared, or the one that `Chart.lock` holds for a range.
    func pinnedVersion(of dependency: Dependency, at index: Int) throws(HelmError) -> Text {
        if dependency.hasOneVersion { return dependency.version }
        let candidate = locked.indices.contains(index) ? locked[index] : nil
        guard let lock = candidate, lock.name == dependency.name, lock.repository == dependency.repository,
            lock.hasOneVersion
        else {
            throw .refused(
                "\(file): the dependency \(dependency.name) has the version \(dependency.version.quoted), which is a range",
                advice: "commit the Chart.lock that \"helm dependency update\" writes, or write one version")
        }
        return lock.version
    }
}
