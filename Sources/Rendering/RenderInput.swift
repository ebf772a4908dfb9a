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
    /// Of the cluster that it is rendered for; `nil` for a render that does not depend on it: of all but charts.
    package var capabilities: Capabilities?
    /// The unit, for what is kept from one render of it to the next; `nil` keeps nothing.
    package var unit: Text?

    package init(
        spec: RenderSpec, namespace: Text? = nil, capabilities: Capabilities? = nil, unit: Text? = nil
    ) {
        self.spec = spec
        self.unit = unit
        self.namespace = namespace
        self.capabilities = capabilities
    }
}

/// What a tree renders to.
package struct RenderOutput: Sendable {
    package var kind: RenderKind
    /// Hooks among them.
    package var objects: [DesiredObject]
    /// Of all objects in their order.
    package var digest: Digest
    package var trace: Trace
    /// The commits of the other repositories that were read, by the address that names each.
    package var bases: [Text: CommitID]
    /// What a person should know though nothing is wrong.
    package var notes: [Text]
    /// Whether decrypted values are in it: then it is kept in memory only.
    package var isTainted: Bool
    /// Whether it depends on what the cluster serves, as charts may.
    package var isOfChart: Bool
}
