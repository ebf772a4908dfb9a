// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

extension Build {
    /// Adds what a kustomization generates.
    mutating func generate(
        _ loaded: Loaded, in folder: Folder, into layer: inout Layer
    ) async throws(KustomizeError) {
        let declaration = loaded.declaration
        for arguments in declaration.configMaps + declaration.secrets {
            try take(layer.set.items.count, at: declaration.place)
            var resource = try await generated(arguments, in: folder)
            resource.origin = origin(of: "\(arguments.kind.rawValue)Generator", loaded, in: folder)
            try layer.set.absorb(resource)
        }
        for chart in declaration.charts {
            for resource in try await rendered(chart, globals: declaration.chartGlobals, in: folder) {
                var resource = resource
                resource.origin = origin(of: "HelmChartInflationGenerator", loaded, in: folder)
                try layer.set.absorb(resource)
            }
        }
        for plugin in try await plugins(declaration.generators, loaded, in: folder) {
            for resource in try await generated(by: plugin, in: folder) {
                var resource = resource
                resource.origin = plugin.origin
                try layer.set.absorb(resource)
            }
        }
    }

    mutating func generated(
        _ arguments: GeneratorArguments, in folder: Folder
    ) async throws(KustomizeError) -> Resource {
        var pairs: [KeyValueSources.Pair] = []
        for field in arguments.envs {
            let (bytes, name) = try await reading.file(field, from: folder)
            pairs += try KeyValueSources.environment(bytes, file: name)
        }
        for field in arguments.literals { pairs.append(try KeyValueSources.literal(field)) }
        for field in arguments.files {
            let source = try KeyValueSources.fileSource(field)
            pairs.append((source.key, try await reading.file(source.path, named: field, from: folder).bytes))
        }
        return try ObjectGenerator.resource(arguments, pairs: pairs)
    }

    mutating func rendered(
        _ chart: Field, globals: Field?, in folder: Folder
    ) async throws(KustomizeError) -> [Resource] {
        let request = Charts.Request(
            chart: chart.value, globals: globals?.value, folder: folder.path, tree: folder.tree)
        switch await options.charts.render(request) {
        case .failure(let refusal): throw chart.error(refusal.reason, advice: refusal.advice, code: .refused)
        case .success(let bytes):
            let name = chart.value["name"]?.stringValue ?? "chart"
            return try await ResourceReader.resources(bytes, file: "chart \(name)", budget: options.budget.file)
        }
    }

    /// Where something is configured that a kustomization declares itself; `nil` when nobody asks.
    func origin(of kind: Text, _ loaded: Loaded, in folder: Folder) -> Origin? {
        guard metadata.isNeeded else { return nil }
        return Origin(
            configuredIn: Origin.join(folder.origin, loaded.file),
            configuredBy: Origin.Configuration(apiVersion: "builtin", kind: kind))
    }
}
