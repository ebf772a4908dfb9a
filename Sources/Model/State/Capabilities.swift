// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// What charts may ask of the cluster that they are rendered for, as it was recorded: a render never asks the cluster
/// itself.
package struct Capabilities: Sendable, Hashable {
    /// `v1.33.1`; `nil` for a target that is no cluster, or is not known yet.
    package var kubeVersion: Text?
    /// `apps/v1`, `apps/v1/Deployment`, ordered.
    package var apiVersions: [Text]

    /// More than that a cluster does not say of itself; what is beyond is left out.
    package static let limit = 8192

    package init(kubeVersion: Text? = nil, apiVersions: [Text] = []) {
        self.kubeVersion = kubeVersion
        self.apiVersions = apiVersions
    }

    package var summary: Value { [kubeVersion.map(Value.string) ?? .null, .array(apiVersions.map(Value.string))] }
}
