// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// What an application says of a Helm chart.
package struct HelmSettings: Sendable, Hashable {
    /// One source of values; later ones win, key by key.
    package enum Values: Sendable, Hashable {
        /// In the source, from its root.
        case file(TreePath)
        case inline(Value)
    }

    package var release: Text?
    /// A chart of a repository; the one at the application's path when `nil`.
    package var chart: Text?
    package var repository: Text?
    package var version: Text?
    /// Of the chart's archive; without one, the first that the repository serves counts.
    package var digest: Digest?
    /// In order; later ones win.
    package var values: [Values] = []
    /// Whether what charts make up by chance is made up once and kept.
    package var freeze: Bool?
    /// Whether the chart's `crds` folder is rendered; it is unless this says otherwise.
    package var crds: Bool?
    /// Instead of what the target reports.
    package var kubeVersion: Text?
    package var apiVersions: [Text] = []

    package init() {}

    package var isEmpty: Bool { self == HelmSettings() }

    mutating func apply(_ other: HelmSettings) {
        // A digest belongs to the chart that it was written beside.
        let isOther = other.chart != nil || other.repository != nil || other.version != nil
        digest = isOther ? other.digest : other.digest ?? digest
        release = other.release ?? release
        chart = other.chart ?? chart
        repository = other.repository ?? repository
        version = other.version ?? version
        values += other.values
        freeze = other.freeze ?? freeze
        crds = other.crds ?? crds
        kubeVersion = other.kubeVersion ?? kubeVersion
        if !other.apiVersions.isEmpty { apiVersions = other.apiVersions }
    }

    var summary: Value {
        .fields([
            "release": release.map(Value.string), "chart": chart.map(Value.string),
            "repository": repository.map(Value.string), "version": version.map(Value.string),
            "digest": digest.map { Value($0) },
            "values": .array(values.map(\.summary)), "freeze": freeze.map(Value.bool), "crds": crds.map(Value.bool),
            "kubeVersion": kubeVersion.map(Value.string), "apiVersions": .array(apiVersions.map(Value.string)),
        ])
    }
}

extension HelmSettings.Values {
    fileprivate var summary: Value {
        switch self {
        case .file(let path): ["file", .string(Text(Hex.encode(path.bytes)))]
        case .inline(let values): ["inline", values]
        }
    }
}

extension HelmSettings {
    static let shape = Shape<HelmSettings>.object(
        Field.optional("release", .text, "The name of the release; the application's when left out."),
        Field.optional("chart", .text, "A chart of a repository; the one at the path when left out."),
        Field.optional("repository", .chartRepository, "The address of the repository: https://charts.example.org."),
        Field.optional("version", .text, "The version of the chart, exactly."),
        Field.optional("digest", .digest, "The SHA-256 of the chart's archive; the first one served when left out."),
        Field.optional(
            "valueFiles", .list(of: .treePath), default: [], "Files of values in the source, from its root; later wins."
        ),
        Field.optional("values", values, "Values, over those of the files."),
        Field.optional("freeze", .boolean, "Keep what the chart makes up by chance: passwords, certificates."),
        Field.optional("crds", .boolean, "Render the chart's crds folder; true when left out."),
        Field.optional("kubeVersion", .text, "The version of Kubernetes to render for, instead of the target's."),
        Field.optional(
            "apiVersions", .list(of: .text), default: [], "What the cluster serves, instead of the target's.")
    ) { release, chart, repository, version, digest, files, values, freeze, crds, kubeVersion, apiVersions in
        var settings = HelmSettings()
        settings.release = release
        settings.chart = chart
        settings.repository = repository
        settings.version = version
        settings.digest = digest
        settings.values = files.map { .file($0) } + (values.map { [.inline($0)] } ?? [])
        settings.freeze = freeze
        settings.crds = crds
        settings.kubeVersion = kubeVersion
        settings.apiVersions = apiVersions
        return settings
    }

    private static let values = Shape<[KeyedItem<Text, Value>]>.map(keys: .string, of: .any)
        .map { pairs in Value.object(Object(uniquePairs: pairs.map { ($0.key, $0.value) })) }
}
