// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Helm
import Kustomize
import Manifest
import Model

/// One entry of `helmCharts`, as kustomize v5.6.0 reads it
/// (https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/helmcharts/), also in the words of the older
/// `helmChartInflationGenerator`.
struct ChartDeclaration: Sendable {
    /// What `valuesInline` is to the file of values.
    enum Merge: String, CaseIterable {
        /// Over it.
        case override
        /// Under it.
        case merge
        /// Instead of it.
        case replace
    }

    let release: Text
    let namespace: Text?
    let kubeVersion: Text?
    let apiVersions: [Text]
    private let name: Text
    private let version: Text?
    private let repository: Text?
    private let home: Text
    private let valuesFile: Text?
    private let furtherFiles: [Text]
    private let inline: Value?
    private let merge: Merge
    private let hasDefinitions: Bool
    private let skipsHooks: Bool
    private let skipsTests: Bool

    init(_ value: Value, globals: Value?) throws(Refusal) {
        let fields = ChartFields(value: value)
        guard let name = try fields.text("name", "chartName") else { throw Refusal(reason: "a chart needs a name") }
        self.name = name
        for (field, advice) in [
            ("nameTemplate", "write releaseName"), ("devel", "write the version"),
            ("helmBin", "TRIMTAB_HELM names Helm"),
        ] where value[Text(field)] != nil && value[Text(field)] != .bool(false) {
            throw Refusal(reason: "\(field) of the chart \(name) is not supported", advice: advice)
        }
        guard let release = try fields.text("releaseName") else {
            throw Refusal(
                reason: "the chart \(name) has no releaseName, and Helm would make one up at each render",
                advice: "write releaseName")
        }
        self.release = release
        namespace = try fields.text("namespace", "releaseNamespace")
        version = try fields.text("version", "chartVersion")
        repository = try fields.text("repo", "chartRepoUrl")
        kubeVersion = try fields.text("kubeVersion")
        apiVersions = try fields.texts("apiVersions")
        let homes = [
            try ChartFields(value: globals ?? [:]).text("chartHome"), try fields.text("chartHome"), "charts",
        ]
        home = homes.compactMap(\.self).first ?? "charts"
        valuesFile = try fields.text("valuesFile", "values")
        furtherFiles = try fields.texts("additionalValuesFiles")
        inline = value["valuesInline"].flatMap { $0 == .null ? nil : $0 }
        let merge = try fields.text("valuesMerge") ?? "override"
        guard let known = Merge(rawValue: merge.string) else {
            throw Refusal(reason: "valuesMerge of the chart \(name) must be merge, override or replace")
        }
        self.merge = known
        hasDefinitions = try fields.flag("includeCRDs")
        skipsHooks = try fields.flag("skipHooks")
        skipsTests = try fields.flag("skipTests")
    }

    /// The chart as it lies beside the kustomization, or else the one of the repository.
    func place(in request: Charts.Request) async throws(Refusal) -> HelmRequest.Chart {
        let home = try Self.path(home, from: request.folder)
        var folders = [name]
        if let version, repository != nil { folders.insert("\(name)-\(version)/\(name)", at: 0) }
        for folder in folders {
            let place = try Self.path(folder, from: home)
            guard let file = place.appending("Chart.yaml".utf8) else { continue }
            do throws(TreeError) {
                if try await request.tree.kind(at: file) != nil { return .source(place) }
            } catch {
                throw Refusal(reason: error.description)
            }
        }
        guard let repository else {
            throw Refusal(
                reason: "the chart \(name) does not lie in \(home), and names no repository",
                advice: "commit it there, or write repo and version")
        }
        guard let version else {
            throw Refusal(reason: "the chart \(name) of \(repository) needs a version", advice: "write version")
        }
        return .published(ChartReference(repository: repository, name: name, version: version))
    }

    func values(in request: Charts.Request, of chart: HelmRequest.Chart) throws(Refusal) -> [HelmRequest.Values] {
        var file: [HelmRequest.Values] = []
        if let valuesFile {
            file = [.file(try Self.path(valuesFile, from: request.folder))]
        } else if merge == .merge, inline != nil {
            // The chart's own defaults win over what is written here.
            guard case .source(let place) = chart, let own = place.appending("values.yaml".utf8) else {
                throw Refusal(
                    reason: "valuesMerge: merge of the chart \(name) needs a valuesFile",
                    advice: "the chart's own is not at hand before it is fetched")
            }
            file = [.file(own)]
        }
        let written = inline.map { [HelmRequest.Values.inline($0, origin: "valuesInline of the chart \(name)")] } ?? []
        var layers =
            switch merge {
            case .override: file + written
            case .merge: written + file
            case .replace: written.isEmpty ? file : written
            }
        for further in furtherFiles { layers.append(.file(try Self.path(further, from: request.folder))) }
        return layers
    }

    /// Whether something that the chart renders to is wanted.
    func includes(_ object: HelmObject) -> Bool {
        if object.isOfDefinitions { return hasDefinitions }
        guard let hook = object.manifest["metadata"]?["annotations"]?["helm.sh/hook"]?.stringValue else { return true }
        let words = hook.string.split(separator: ",").map { $0.trimmingPrefix(while: { $0 == " " }) }
        return !skipsHooks && !(skipsTests && words.contains { $0.hasPrefix("test") })
    }

    /// Where a path leads from a folder of the tree.
    private static func path(_ text: Text, from folder: TreePath) throws(Refusal) -> TreePath {
        var path = folder
        let parts = text.utf8.split(separator: UInt8(ascii: "/")).filter { !$0.elementsEqual(".".utf8) }
        for part in parts where text.utf8.first != UInt8(ascii: "/") {
            guard let next = part.elementsEqual("..".utf8) ? path.parent : path.appending(part) else {
                throw Refusal(reason: "\(text.quoted) leads out of the source")
            }
            path = next
        }
        guard text.utf8.first != UInt8(ascii: "/") else {
            throw Refusal(reason: "\(text.quoted) is no path in the source", advice: "write it relative to the folder")
        }
        return path
    }
}

/// The fields of an entry, by any of their names; empty texts count as not being there.
private struct ChartFields {
    let value: Value

    func text(_ names: Text...) throws(Refusal) -> Text? {
        for name in names {
            switch value[name] {
            case nil, .null?: continue
            case .string(let text)?: if !text.isEmpty { return text }
            // `version: 1.2` is a number to YAML.
            case .number(let number)?: return Text(number.lexeme)
            default: throw Refusal(reason: "\(name) of a chart must be a text")
            }
        }
        return nil
    }

    func texts(_ name: Text) throws(Refusal) -> [Text] {
        guard let list = value[name], list != .null else { return [] }
        let texts = list.arrayValue?.compactMap(\.stringValue) ?? []
        guard let count = list.arrayValue?.count, count == texts.count else {
            throw Refusal(reason: "\(name) of a chart must be a list of texts")
        }
        return texts
    }

    func flag(_ name: Text) throws(Refusal) -> Bool {
        switch value[name] {
        case nil, .null?: false
        case .bool(let isSet)?: isSet
        default: throw Refusal(reason: "\(name) of a chart must be true or false")
        }
    }
}
