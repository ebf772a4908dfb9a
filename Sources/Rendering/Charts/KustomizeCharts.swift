// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Helm
package import Kustomize
package import Manifest
package import Model
import Synchronization

/// What renders charts: the user's own Helm, wherever it lies.
package protocol ChartTemplates: Sendable {
    func render(_ request: HelmRequest, from tree: any TreeReader) async throws(HelmError) -> HelmOutput
}

extension HelmTemplate: ChartTemplates {}

/// Renders the `helmCharts` of a kustomization as an application's own chart is rendered: in the jail, twice, from the
/// tree or from repositories that may be asked.
package final class KustomizeCharts: Sendable {
    private let helm: any ChartTemplates
    private let namespace: Text
    private let capabilities: HelmCapabilities
    private let repositories: [ChartRepository]?
    private let used = Mutex(false)

    /// - Parameters:
    ///   - namespace: of charts that name none.
    ///   - repositories: those that charts may be fetched from; `nil` for any.
    package init(
        _ helm: any ChartTemplates, namespace: Text = "default", capabilities: HelmCapabilities = .recent,
        repositories: [ChartRepository]? = nil
    ) {
        self.helm = helm
        self.namespace = namespace
        self.capabilities = capabilities
        self.repositories = repositories
    }

    /// Whether any chart was rendered.
    package var areUsed: Bool { used.withLock { $0 } }

    package var charts: Charts {
        Charts { [self] request in
            used.withLock { $0 = true }
            do throws(Refusal) { return .success(try await render(request)) } catch { return .failure(error) }
        }
    }

    private func render(_ request: Charts.Request) async throws(Refusal) -> [UInt8] {
        let chart = try ChartDeclaration(request.chart, globals: request.globals)
        let place = try await chart.place(in: request)
        let own = HelmCapabilities(
            kubernetes: chart.kubeVersion ?? capabilities.kubernetes,
            apiVersions: chart.apiVersions.isEmpty ? capabilities.apiVersions : chart.apiVersions)
        let values = try chart.values(in: request, of: place)
        let output: HelmOutput
        do throws(HelmError) {
            output = try await helm.render(
                HelmRequest(
                    chart: place, values: values, release: chart.release,
                    namespace: chart.namespace ?? namespace, capabilities: own, repositories: repositories),
                from: request.tree)
        } catch {
            throw Refusal(reason: error.description)
        }
        let objects = output.objects.withoutRepeatedDefinitions.filter(chart.includes)
        return objects.flatMap { Array("---\n".utf8) + YAML.write($0.manifest) }
    }
}
