// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Model

/// The files of a chart, by their paths in it, in memory.
package struct ChartFiles: Sendable, Hashable {
    /// What all charts of a render may amount to, those within charts included.
    package struct Budget: Sendable, Hashable {
        package var files = 10_000
        /// Bytes of all files.
        package var bytes = 64 << 20
        /// Bytes of one file.
        package var fileSize = 16 << 20
        /// Folders within folders.
        package var depth = 64
        /// Charts within charts.
        package var charts = 200

        package init() {}
    }

    package private(set) var files: [TreePath: [UInt8]] = [:]
    package private(set) var size = 0
    let budget: Budget

    package init(budget: Budget = Budget()) { self.budget = budget }

    mutating func add(_ path: TreePath, _ content: [UInt8]) throws(HelmError) {
        size += content.count - (files.updateValue(content, forKey: path)?.count ?? 0)
        guard files.count <= budget.files else {
            throw .badChart(reason: "the chart holds more than \(budget.files) files")
        }
        guard size <= budget.bytes else {
            throw .badChart(reason: "the chart's files have more than \(budget.bytes) bytes")
        }
    }

    mutating func remove(_ path: TreePath) { size -= files.removeValue(forKey: path)?.count ?? 0 }

    /// Adds the files of another chart below a folder.
    mutating func add(_ chart: ChartFiles, at folder: TreePath) throws(HelmError) {
        for (path, content) in chart.files { try add(folder.appending(path), content) }
    }

    subscript(path: String) -> [UInt8]? { TreePath(path.utf8).flatMap { files[$0] } }

    /// The names that lie directly in a folder.
    func names(in folder: TreePath) -> Set<[UInt8]> {
        Set(
            files.keys.lazy.filter { $0.components.count > folder.components.count && $0.isWithin(folder) }
                .map { $0.components[folder.components.count] })
    }
}
