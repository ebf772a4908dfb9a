// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// What is to be rendered: all that a render depends on, besides Helm itself and the files of the source.
package struct HelmRequest: Sendable, Hashable {
    package enum Chart: Sendable, Hashable {
        /// A folder of the source, or an archive (`.tgz`) in it.
        case source(TreePath)
        /// A chart that a repository serves over HTTP.
        case published(ChartReference)
    }

    /// One layer of values; later ones win.
    package enum Values: Sendable, Hashable {
        /// A YAML file of the source.
        case file(TreePath)
        /// A map that was written elsewhere; `origin` says where, for messages. Secret leaves reach Helm in the clear.
        case inline(Value, origin: Text)
    }

    package var chart: Chart
    package var values: [Values]
    package var release: Text
    package var namespace: Text
    package var capabilities: HelmCapabilities
    /// The name under which values that differ from render to render are kept: the unit's. `nil` refuses them.
    package var freeze: Text?
    /// Those that charts may be fetched from, dependencies included; `nil` where nobody limits them.
    package var repositories: [ChartRepository]?

    package init(
        chart: Chart, values: [Values] = [], release: Text, namespace: Text,
        capabilities: HelmCapabilities = .recent, freeze: Text? = nil,
        repositories: [ChartRepository]? = nil
    ) {
        self.chart = chart
        self.values = values
        self.release = release
        self.namespace = namespace
        self.capabilities = capabilities
        self.freeze = freeze
        self.repositories = repositories
    }
}

/// What a chart can ask about the cluster (`.Capabilities`). Recorded with the render, so that the same commit renders
/// to the same objects whatever version of Helm there is.
package struct HelmCapabilities: Sendable, Hashable {
    /// `1.33.0`, with or without a `v`.
    package var kubernetes: Text
    /// Versions, and kinds in them, that the cluster serves beyond what Helm takes for granted: `monitoring.coreos.com/v1`,
    /// `monitoring.coreos.com/v1/ServiceMonitor`.
    package var apiVersions: [Text]

    package init(kubernetes: Text, apiVersions: [Text] = []) {
        self.kubernetes = kubernetes
        self.apiVersions = apiVersions
    }

    /// Where no target says otherwise.
    package static let recent = HelmCapabilities(kubernetes: "1.33.0")
}

/// A chart of a repository, pinned.
package struct ChartReference: Sendable, Hashable {
    /// The address of the repository, below which `index.yaml` lies: `https://charts.example.org/stable`.
    package var repository: Text
    package var name: Text
    /// One version; ranges are resolved by whoever writes the reference.
    package var version: Text
    /// Of the archive. Without one, the first that the repository serves is remembered, and another one refused.
    package var digest: Digest?

    package init(repository: Text, name: Text, version: Text, digest: Digest? = nil) {
        self.repository = repository
        self.name = name
        self.version = version
        self.digest = digest
    }
}
