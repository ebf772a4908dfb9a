// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// Builds kustomizations as kustomize v5.6.0 (kubectl 1.33) does: values in, values out. Reads the tree through a
/// `TreeReader` and nothing else.
package enum Kustomization {
    /// Builds the kustomization of a folder.
    ///
    /// - Returns: the objects in their order.
    package static func build(
        _ tree: any TreeReader, at folder: TreePath, options: Options = Options()
    ) async throws(KustomizeError) -> [BuiltObject] {
        let build = Build(tree, options: options)
        return try await build.run(at: folder)
    }

    /// The names that a kustomization's file may have, in the order in which they are looked for.
    package static let fileNames = ["kustomization.yaml", "kustomization.yml", "Kustomization"]
}

/// One object of a build.
package struct BuiltObject: Sendable, Hashable {
    package var manifest: Value
    /// The file that it came from, or the kustomization file that generates it.
    package var origin: Text
}

extension Kustomization {
    package enum Order: Sendable, Hashable {
        /// As the root's `sortOptions` say; without them by kind, as the command line has it.
        case declared
        /// By kind, unless the root has `sortOptions`.
        case legacy
        /// As the resources are listed (`--reorder none`), unless the root has `sortOptions`.
        case none
    }

    /// Which files a kustomization may name.
    package enum Loading: Sendable, Hashable {
        /// Those in or below its own folder. Bases may lie anywhere in the tree.
        case withinFolder
        /// Any in the tree (`--load-restrictor LoadRestrictionsNone`).
        case anywhere
    }

    package struct Options: Sendable {
        package var order: Order
        package var loading: Loading
        /// A kustomization laid above the root, as if it listed the root as its resource: patches, images, replicas,
        /// a namespace. It names no files.
        package var overlay: Value?
        package var budget: KustomizeBudget
        package var remoteBases: RemoteBases
        package var charts: Charts
        /// Written before paths in errors, where whoever asked knows files by other names than by those from the root.
        package var prefix: Text = ""

        package init(
            order: Order = .declared, loading: Loading = .withinFolder, overlay: Value? = nil,
            budget: KustomizeBudget = .build, remoteBases: RemoteBases = .refused, charts: Charts = .refused
        ) {
            self.order = order
            self.loading = loading
            self.overlay = overlay
            self.budget = budget
            self.remoteBases = remoteBases
            self.charts = charts
        }
    }
}
