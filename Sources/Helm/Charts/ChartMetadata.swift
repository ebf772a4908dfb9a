// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

/// What `Chart.yaml` and `Chart.lock` say about a chart, as far as it decides what is loaded.
struct ChartMetadata {
    struct Dependency: Sendable, Hashable {
        var name: Text
        /// A version or a range.
        var version: Text
        /// Empty when it lies in `charts/`.
        var repository: Text
        /// Where it stands, for messages.
        var position: Position?
    }

    /// The place of the chart's files: `shop/Chart.yaml`.
    let file: Text
    let name: Text
    let dependencies: [Dependency]
    /// The version that `Chart.lock` holds for a dependency, in their order.
    let locked: [Dependency]

    /// - Parameter place: how people call the chart's folder.
    init(_ chart: ChartFiles, place: Text) throws(HelmError) {
        guard let bytes = chart["Chart.yaml"] else {
            throw .badChart(reason: "\(place) is no chart: it has no Chart.yaml")
        }
        file = "\(place)/Chart.yaml"
        let document = try Self.document(bytes, file)
        guard let name = document.value["name"]?.stringValue, !name.isEmpty else {
            throw .reading(ReadingError(file: file, reason: "a chart must have a name"))
        }
        self.name = name
        if document.value["apiVersion"]?.stringValue == "v1" {
            // The first form of charts keeps its dependencies in files of their own.
            dependencies = try Self.dependencies(of: chart["requirements.yaml"], "\(place)/requirements.yaml")
            locked = try Self.dependencies(of: chart["requirements.lock"], "\(place)/requirements.lock")
        } else {
            dependencies = try Self.dependencies(in: document)
            locked = try Self.dependencies(of: chart["Chart.lock"], "\(place)/Chart.lock")
        }
    }

    private static func document(_ bytes: [UInt8], _ file: Text) throws(HelmError) -> YAML.Document {
        do throws(ReadingError) {
            let budget = Budget(bytes: 1 << 20, depth: 32, nodes: 50_000, documents: 1)
            guard let document = try YAML.read(bytes, file: file, budget: budget).first,
                document.value.objectValue != nil
            else { throw ReadingError(file: file, reason: "must be a map") }
            return document
        } catch {
            throw .reading(error)
        }
    }

    private static func dependencies(of bytes: [UInt8]?, _ file: Text) throws(HelmError) -> [Dependency] {
        guard let bytes else { return [] }
        return try dependencies(in: try document(bytes, file))
    }

    private static func dependencies(in document: YAML.Document) throws(HelmError) -> [Dependency] {
        let field: FieldPath = ["dependencies"]
        switch document.value["dependencies"] {
        case nil, .null?: return []
        case .array(let items)?:
            var list: [Dependency] = []
            for (index, item) in items.enumerated() {
                let place = document.position(of: field.appending(index))
                guard let name = item["name"]?.stringValue, let valid = TreePath(name), valid.components.count == 1
                else {
                    throw .reading(
                        ReadingError(
                            file: document.file, position: place,
                            reason: "a dependency must have a name without slashes"))
                }
                list.append(
                    Dependency(
                        name: name, version: item["version"].map(text) ?? "",
                        repository: item["repository"]?.stringValue ?? "", position: place))
            }
            return list
        default:
            throw .reading(
                ReadingError(
                    file: document.file, position: document.position(of: field),
                    reason: "dependencies must be a list"))
        }
    }

    /// `version: 1.2` is a number to YAML.
    private static func text(_ value: Value) -> Text {
        value.stringValue ?? value.numberValue.map { Text($0.lexeme) } ?? ""
    }
}
