// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Fleet
package import Kustomize
package import Manifest
package import Model

/// Makes manifests of what lies in a tree. Pure: the same request and the same tree give the same manifests, and the
/// tree is all that is read.
package protocol Renderer: Sendable {
    /// Part of what a render is kept under: changes whenever the same input may give other manifests.
    var version: Text { get }

    func render(_ request: RenderInput, in tree: any TreeReader) async throws(RenderError) -> [RenderedManifest]

    /// The same where a tree may name bases in other repositories.
    func render(
        _ request: RenderInput, in tree: any TreeReader, beside bases: RemoteBases
    ) async throws(RenderError) -> [RenderedManifest]
}

extension Renderer {
    /// Most read one tree and nothing else.
    package func render(
        _ request: RenderInput, in tree: any TreeReader, beside bases: RemoteBases
    ) async throws(RenderError) -> [RenderedManifest] {
        try await render(request, in: tree)
    }
}

/// One manifest, before it is known what it is.
package struct RenderedManifest: Sendable {
    package var value: Value
    /// Where it is declared, for people: `web/site.yaml:12`.
    package var origin: Text
    /// Of its fields, as far as they can be known.
    package var places: Places
    /// What names of files in it are relative to.
    package var folder: TreePath
    /// Whether decrypted values went into it, or into what was rendered with it.
    package var isTainted: Bool
    /// Whether a chart went into it, or into what was rendered with it.
    package var isOfChart: Bool
    /// A keyed hash of what is secret in it; `nil` where nothing is.
    package var fingerprint: Digest?

    package init(
        value: Value, origin: Text, places: Places? = nil, folder: TreePath, isTainted: Bool = false,
        isOfChart: Bool = false
    ) {
        self.value = value
        self.isTainted = isTainted
        self.isOfChart = isOfChart
        self.origin = origin
        self.places = places ?? .unknown(file: origin)
        self.folder = folder
    }

    /// An item of a list of objects.
    func item(_ index: Int, _ value: Value) -> RenderedManifest {
        let (steps, places) = ([FieldPath.Step.key("items"), .index(index)], places)
        var item = self
        item.value = value
        item.places = Places(
            file: places.file, value: { places.value(FieldPath(steps + $0.steps)) },
            key: { places.key(FieldPath(steps + $0.steps)) })
        if let line = item.places.value(FieldPath())?.line { item.origin = "\(places.file):\(line)" }
        return item
    }

    func failure(_ field: FieldPath, _ reason: String, _ advice: String? = nil) -> RenderError {
        // A field that is not there is shown where the nearest thing around it stands.
        var nearest = field
        while places.value(nearest) == nil, !nearest.isEmpty { nearest.steps.removeLast() }
        return .reading(
            ReadingError(file: places.file, position: places.value(nearest), reason: reason, advice: advice))
    }
}
