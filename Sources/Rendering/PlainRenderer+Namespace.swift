// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
import Model

extension PlainRenderer.Output {
    /// The same, with a namespace for objects that lie in one and name none. What was rendered is what is planned,
    /// claimed and applied, so this belongs to the render.
    package func placed(in namespace: Text?) throws(RenderError) -> PlainRenderer.Output {
        guard let namespace else { return self }
        let scope = KubernetesScope(definitionsIn: objects.map(\.manifest))
        var places: [ObjectID: Text] = [:]
        var output = self
        for (index, object) in objects.enumerated() {
            var placed = object
            if object.id.namespace.isEmpty, scope.isNamespaced(group: object.id.group, kind: object.id.kind) {
                placed.id.namespace = namespace
                placed.manifest = object.manifest.placed(in: namespace)
                placed.digest = PlainRenderer.digest(of: placed.manifest, placed.blobs)
                output.objects[index] = placed
            }
            if let first = places.updateValue(placed.origin, forKey: placed.id) {
                throw .duplicate(placed.id, first: first, second: placed.origin)
            }
        }
        output.digest = PlainRenderer.digest(of: output.objects)
        return output
    }
}

extension Value {
    fileprivate func placed(in namespace: Text) -> Value {
        guard var object = objectValue, var metadata = object["metadata"]?.objectValue else { return self }
        metadata["namespace"] = .string(namespace)
        object["metadata"] = .object(metadata)
        return .object(object)
    }
}
