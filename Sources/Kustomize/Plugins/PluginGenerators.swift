// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

extension Build {
    /// What a built-in generator that is given as an object makes.
    mutating func generated(by plugin: Plugin, in folder: Folder) async throws(KustomizeError) -> [Resource] {
        switch plugin.kind {
        case "ConfigMapGenerator": return [try await generated(by: plugin, as: .configMap, in: folder)]
        case "SecretGenerator": return [try await generated(by: plugin, as: .secret, in: folder)]
        case "IAMPolicyGenerator": return [try Self.serviceAccount(plugin)]
        case "HelmChartInflationGenerator":
            return try await rendered(plugin.field, globals: nil, in: folder)
        case let kind:
            throw KustomizeError(
                plugin.resource.place.asPlace, "there is no built-in generator \(kind)",
                advice: "known are ConfigMapGenerator, SecretGenerator, IAMPolicyGenerator, HelmChartInflationGenerator"
            )
        }
    }

    private mutating func generated(
        by plugin: Plugin, as kind: GeneratorArguments.Kind, in folder: Folder
    ) async throws(KustomizeError) -> Resource {
        let fields = try plugin.fields(GeneratorArguments.fieldNames + ["metadata"])
        var byName = fields.byName
        // Without a name of its own it makes what it is called itself.
        for name in ["name", "namespace"] where byName[name] == nil {
            if let value = plugin.field.value["metadata"]?[Text(name)] {
                byName[name] = Field(value, path: ["metadata", Text(name)], source: fields.all.source)
            }
        }
        return try await generated(
            try GeneratorArguments(Fields(byName: byName, all: fields.all), kind: kind, shared: nil), in: folder)
    }

    /// A service account that acts as one of Google's.
    private static func serviceAccount(_ plugin: Plugin) throws(KustomizeError) -> Resource {
        let fields = try plugin.fields(["cloud", "kubernetesService", "serviceAccount"])
        guard try fields.text("cloud") == "gke" else {
            throw fields.all.error("an IAMPolicyGenerator needs cloud: gke")
        }
        func part(_ outer: String, _ inner: Text) -> Text { fields[outer]?.value[inner]?.stringValue ?? "" }
        let (account, project) = (part("serviceAccount", "name"), part("serviceAccount", "projectId"))
        var metadata: Object = ["name": .string(part("kubernetesService", "name"))]
        let namespace = part("kubernetesService", "namespace")
        if !namespace.isEmpty { metadata["namespace"] = .string(namespace) }
        metadata["annotations"] = [
            "iam.gke.io/gcp-service-account": .string("\(account)@\(project).iam.gserviceaccount.com")
        ]
        return Resource(
            ["apiVersion": "v1", "kind": "ServiceAccount", "metadata": .object(metadata)],
            place: plugin.resource.place)
    }
}
