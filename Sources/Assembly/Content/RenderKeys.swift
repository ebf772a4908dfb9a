// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Manifest
import Model
import Rendering

/// What a render is kept under: that of a chart depends on its cluster, that of anything else does not. Which it is stands
/// in the tree. Each is worked out when it is asked for: into that of a chart goes all that its cluster can do.
struct RenderKeys {
    let request: RenderInput
    let unit: UnitID
    /// `nil` for a plain folder, which has no identity: what it holds may change at any time.
    let source: CommitID?
    let renderers: Renderers

    var chart: StateCache.RenderKey { key(request) }

    var other: StateCache.RenderKey {
        var independent = request
        independent.capabilities = nil
        return key(independent)
    }

    /// Those that it may be kept under, before anybody has looked into the tree.
    var all: [StateCache.RenderKey] {
        switch request.spec.kind {
        case .helm: [chart]
        case .plain: [other]
        case nil, .kustomize: request.spec.helm.isEmpty ? [other, chart] : [chart]
        }
    }

    /// Of what a chart renders to, which another Helm may render in another way.
    func isOfChart(_ key: StateCache.RenderKey) -> Bool { key.recipe != other.recipe }

    private func key(_ request: RenderInput) -> StateCache.RenderKey {
        let recipe = renderers.recipe(for: request)
        let identity = source.map { ([Value($0.hex), Value(recipe)] as Value).digest() }
        return StateCache.RenderKey(unit: unit, recipe: recipe, request: identity, source: source)
    }
}
