// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
import Model

/// What an application changes in what Kustomize builds: as if one more overlay lay around it.
package struct KustomizeSettings: Sendable, Hashable {
    /// Images by the name that manifests give them: what stands in `images` of a kustomization.
    package var images: [Text: Value] = [:]
    package var replicas: [Text: Int64] = [:]
    /// What stands in `patches` of a kustomization, in order.
    package var patches: [Value] = []

    package init() {}

    package var isEmpty: Bool { images.isEmpty && replicas.isEmpty && patches.isEmpty }

    mutating func apply(_ other: KustomizeSettings) {
        images.merge(other.images) { _, new in new }
        replicas.merge(other.replicas) { _, new in new }
        patches += other.patches
    }

    /// The same as fields of a kustomization.
    package var overlay: Value {
        .fields([
            "images": images.isEmpty ? nil : .array(images.sorted { $0.key < $1.key }.map(\.value)),
            "replicas": replicas.isEmpty
                ? nil
                : .array(
                    replicas.sorted { $0.key < $1.key }.map {
                        ["name": .string($0.key), "count": .number(Number($0.value))]
                    }),
            "patches": patches.isEmpty ? nil : .array(patches),
        ])
    }
}

extension KustomizeSettings {
    static let shape = Shape<KustomizeSettings>.object(
        Field.optional(
            "images", .map(keys: .text, of: image), default: [],
            "Images by name: a tag, or newName, newTag and digest."),
        Field.optional(
            "replicas", .map(keys: .text, of: .integer(in: 0...1_000_000)), default: [],
            "How many copies, by the name of the workload."),
        Field.optional("patches", .list(of: patch), default: [], "Patches, in order; as in a kustomization.")
    ) { images, replicas, patches in
        var settings = KustomizeSettings()
        for item in images { settings.images[item.key] = item.value(item.key) }
        for item in replicas { settings.replicas[item.key] = item.value }
        settings.patches = patches
        return settings
    }

    private typealias Image = @Sendable (_ name: Text) -> Value

    private static let image = Shape<Image>.either(tag, imageParts)

    private static let tag = Shape<Text>.text.map { tag -> Image in
        { name in ["name": .string(name), "newTag": .string(tag)] }
    }

    private static let imageParts = Shape<Image>.object(
        Field.optional("newName", .text, "Another image."),
        Field.optional("newTag", .text, "Its tag."),
        Field.optional("digest", .text, "Its digest; instead of a tag.")
    ) { newName, newTag, digest in
        { name in
            .fields([
                "name": .string(name), "newName": newName.map(Value.string), "newTag": newTag.map(Value.string),
                "digest": digest.map(Value.string),
            ])
        }
    }
    .atLeastOne(of: ["newName", "newTag", "digest"])

    private static let patch = Shape<Value>.object(
        Field.optional("target", target, "The objects that it changes; those that it names when left out."),
        Field.required(
            "patch", .any,
            "A part of an object to lay over it, or a list of operations of JSON Patch; also as text.")
    ) { target, patch in .fields(["target": target, "patch": .string(text(of: patch))]) }

    private static let target = Shape<Value>.object(
        Field.optional("group", .text, "API group; a regular expression, as all of these but the selectors."),
        Field.optional("version", .text),
        Field.optional("kind", .text),
        Field.optional("name", .text),
        Field.optional("namespace", .text),
        Field.optional("labelSelector", .text, "Labels as kubectl writes them: app=web,tier!=db."),
        Field.optional("annotationSelector", .text, "Annotations, written the same way.")
    ) { group, version, kind, name, namespace, labels, annotations in
        .fields([
            "group": group.map(Value.string), "version": version.map(Value.string), "kind": kind.map(Value.string),
            "name": name.map(Value.string), "namespace": namespace.map(Value.string),
            "labelSelector": labels.map(Value.string), "annotationSelector": annotations.map(Value.string),
        ])
    }

    private static func text(of patch: Value) -> Text {
        if case .string(let text) = patch { return text }
        return Text(String(decoding: YAML.write(patch), as: UTF8.self))
    }
}
