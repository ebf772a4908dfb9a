// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// Finds the tree of a base that lies in another repository. A base is found only when the fleet declares its
/// repository as a source.
package struct RemoteBases: Sendable {
    /// The tree and the folder that an address means (`https://git.example.org/a.git//overlay?ref=v1`), or why not.
    package var resolve: @Sendable (_ address: Text) async -> Result<(tree: any TreeReader, folder: TreePath), Refusal>

    package init(
        _ resolve:
            @escaping @Sendable (_ address: Text) async -> Result<(tree: any TreeReader, folder: TreePath), Refusal>
    ) {
        self.resolve = resolve
    }

    package static let refused = RemoteBases { address in
        .failure(
            Refusal(
                reason: "\(address.quoted) lies in another repository, and bases are not fetched from addresses",
                advice: "declare the repository as a source in the fleet"))
    }
}

/// Renders the `helmCharts` of a kustomization.
package struct Charts: Sendable {
    /// A chart as a kustomization declares it.
    package struct Request: Sendable {
        /// One entry of `helmCharts`.
        package var chart: Value
        /// `helmGlobals`; `nil` when there are none.
        package var globals: Value?
        /// The folder of the kustomization, which paths in the chart's entry are relative to.
        package var folder: TreePath
        package var tree: any TreeReader
    }

    /// The manifests that a chart renders to, as YAML, or why not.
    package var render: @Sendable (Request) async -> Result<[UInt8], Refusal>

    package init(_ render: @escaping @Sendable (Request) async -> Result<[UInt8], Refusal>) {
        self.render = render
    }

    package static let refused = Charts { _ in
        .failure(
            Refusal(
                reason: "Helm charts are not rendered here",
                advice: "declare an application for the chart, or allow Helm where the fleet is read"))
    }
}

/// Why something is not done, in words for the user.
package struct Refusal: Error, Sendable, Hashable {
    package var reason: String
    package var advice: String?

    package init(reason: String, advice: String? = nil) {
        self.reason = reason
        self.advice = advice
    }
}
