// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// What makes objects out of what lies in a source.
package enum RenderKind: String, Sendable, Hashable, CaseIterable {
    case plain, kustomize, helm
}

/// How one unit is rendered: what its application says, the overrides of its target applied.
package struct RenderSpec: Sendable, Hashable {
    package var path: TreePath
    /// `nil`: told by what lies at the path.
    package var kind: RenderKind?
    package var files = FileSelection()
    package var kustomize = KustomizeSettings()
    package var helm = HelmSettings()
    /// Repositories that charts may be fetched from; `nil` where nobody limits them.
    package var charts: [ChartRepository]?
    /// The application's own name: what a chart's release is called unless something else is said.
    package var application: Text

    package init(path: TreePath, application: Text) {
        self.path = path
        self.application = application
    }

    /// Puts settings over those that are there: single fields and named ones are replaced, values are merged, patches
    /// and files of values follow those before.
    package mutating func apply(_ settings: RenderSettings) {
        path = settings.path ?? path
        kind = settings.kind ?? kind
        files.include = settings.include ?? files.include
        files.exclude = settings.exclude ?? files.exclude
        if let kustomize = settings.kustomize { self.kustomize.apply(kustomize) }
        if let helm = settings.helm { self.helm.apply(helm) }
    }
}

/// What a source or an override says of rendering.
package struct RenderSettings: Sendable, Hashable {
    package var path: TreePath?
    package var kind: RenderKind?
    package var include: [FilePattern]?
    package var exclude: [FilePattern]?
    package var kustomize: KustomizeSettings?
    package var helm: HelmSettings?

    package init(
        path: TreePath? = nil, kind: RenderKind? = nil, include: [FilePattern]? = nil, exclude: [FilePattern]? = nil,
        kustomize: KustomizeSettings? = nil, helm: HelmSettings? = nil
    ) {
        self.path = path
        self.kind = kind
        self.include = include
        self.exclude = exclude
        self.kustomize = kustomize
        self.helm = helm
    }
}

extension RenderSpec {
    /// Two specs with one summary render the same.
    package var summary: Value {
        .fields([
            "path": .string(Text(Hex.encode(path.bytes))), "kind": kind.map { .string(Text($0.rawValue)) },
            "include": files.include.isEmpty ? nil : .array(files.include.map { .string($0.text) }),
            "exclude": files.exclude.isEmpty ? nil : .array(files.exclude.map { .string($0.text) }),
            "kustomize": kustomize.isEmpty ? nil : kustomize.overlay, "helm": helm.isEmpty ? nil : helm.summary,
            "charts": charts.flatMap { $0.isEmpty ? nil : .array($0.map(\.summary)) },
            "application": .string(application),
        ])
    }
}
