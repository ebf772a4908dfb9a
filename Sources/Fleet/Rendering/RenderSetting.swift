// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
import Model

/// One field that decides how a unit is rendered, and who set it.
package struct RenderSetting: Sendable, Hashable {
    /// `kustomize.replicas.web`
    package var field: FieldPath
    package var value: Value
    /// `projects/shop/web.yaml:12`
    package var place: Text
    /// The places of what it was set over, the first one first.
    package var over: [Text]

    package init(field: FieldPath, value: Value, place: Text, over: [Text] = []) {
        self.field = field
        self.value = value
        self.place = place
        self.over = over
    }
}

/// A way to render, and the place of what made it so.
package struct RenderLayer: Sendable, Hashable {
    package var spec: RenderSpec
    package var place: Text

    package init(spec: RenderSpec, place: Text) {
        self.spec = spec
        self.place = place
    }
}

extension Application {
    /// Those that are about a target, in order; later ones win.
    package func overrides(on target: Target) -> [Override] {
        overrides.filter { $0.on.map(target.isSelected) ?? true }
    }

    /// How it is rendered on a target, with one override more each time; the first one is the source alone. Pure.
    package func renderLayers(on target: Target) -> [RenderLayer] {
        var spec = RenderSpec(path: content.path, application: name.text)
        spec.apply(content.rendering)
        var layers = [RenderLayer(spec: spec, place: written.place)]
        for override in overrides(on: target) {
            spec.apply(override.rendering)
            layers.append(RenderLayer(spec: spec, place: override.written.place))
        }
        return layers
    }

    /// Every field that says something of rendering on a target, in the order in which they were first written. Pure.
    package func renderSettings(on target: Target) -> [RenderSetting] {
        var settings: [RenderSetting] = []
        for layer in [written] + overrides(on: target).map(\.written) {
            for leaf in layer.leaves where leaf.path.steps.first.map(Self.isAboutRendering) ?? false {
                let place = layer.place(of: leaf)
                let earlier = Self.adds(leaf.path) ? nil : settings.firstIndex { $0.field == leaf.path }
                guard let earlier else {
                    settings.append(RenderSetting(field: leaf.path, value: leaf.value, place: place, over: []))
                    continue
                }
                settings[earlier].over.append(settings[earlier].place)
                settings[earlier].value = leaf.value
                settings[earlier].place = place
            }
        }
        return settings
    }

    private static func isAboutRendering(_ step: FieldPath.Step) -> Bool {
        [.key("path"), .key("as"), .key("include"), .key("exclude"), .key("kustomize"), .key("helm")].contains(step)
    }

    /// Lists that overrides add to.
    private static func adds(_ path: FieldPath) -> Bool {
        path == ["kustomize", "patches"] || path == ["helm", "valueFiles"]
    }
}
