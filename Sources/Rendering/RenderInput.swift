// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Fleet
package import Manifest
package import Model

/// All that decides what is rendered, beside the tree.
package struct RenderInput: Sendable, Hashable {
    package var spec: RenderSpec
    /// Of objects that lie in one and name none.
    package var namespace: Text?
    package var capabilities: Capabilities
    /// The unit, for what is kept from one render of it to the next; `nil` keeps nothing.
    package var unit: Text?

    package init(
        spec: RenderSpec, namespace: Text? = nil, capabilities: Capabilities = Capabilities(), unit: Text? = nil
    ) {
        self.spec = spec
        self.unit = unit
        self.namespace = namespace
        self.capabilities = capabilities
    }
}

/// What charts may ask of the cluster that they are rendered for, as it was recorded: a render never asks the cluster
/// itself.
package struct Capabilities: Sendable, Hashable {
    /// `v1.33.1`; `nil` for a target that is no cluster, or is not known yet.
    package var kubeVersion: Text?
    /// `apps/v1`, `apps/v1/Deployment`, ordered.
    package var apiVersions: [Text]

    package init(kubeVersion: Text? = nil, apiVersions: [Text] = []) {
        self.kubeVersion = kubeVersion
        self.apiVersions = apiVersions
    }

    var summary: Value { [kubeVersion.map(Value.string) ?? .null, .array(apiVersions.map(Value.string))] }
}

/// What a tree renders to.
package struct RenderOutput: Sendable {
    package var kind: RenderKind
    /// Hooks among them.
    package var objects: [DesiredObject]
    /// Of all objects in their order.
    package var digest: Digest
    package var trace: Trace
    /// What a person should know though nothing is wrong.
    package var notes: [Text]
    /// Whether decrypted values are in it: then it is kept in memory only.
    package var isTainted: Bool
}

extension Value {
    /// Whether some leaf is a secret.
    package var holdsSecret: Bool {
        switch self {
        case .secret: true
        case .array(let items): items.contains(where: \.holdsSecret)
        case .object(let object): object.pairs.contains { $0.value.holdsSecret }
        case .null, .bool, .number, .string: false
        }
    }
}
