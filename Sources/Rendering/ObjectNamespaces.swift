// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

extension [DesiredObject] {
    /// The same, with a namespace for objects that lie in one and name none. What was rendered is what is planned,
    /// claimed and applied, so this belongs to the render.
    func placed(in namespace: Text?) throws(RenderError) -> [DesiredObject] {
        guard let namespace else { return self }
        let scope = KubernetesScope(definitionsIn: map(\.manifest))
        var places: [ObjectID: Text] = [:]
        var placed = self
        for index in indices {
            let id = placed[index].id
            if id.namespace.isEmpty, scope.isNamespaced(group: id.group, kind: id.kind) {
                placed[index].id.namespace = namespace
                placed[index].manifest = placed[index].manifest.placed(in: namespace)
                placed[index].seal()
            }
            if let first = places.updateValue(placed[index].origin, forKey: placed[index].id) {
                throw .duplicate(placed[index].id, first: first, second: placed[index].origin)
            }
        }
        return placed
    }

    /// Of a whole render.
    var renderDigest: Digest {
        Value.array(map { .array([Value($0.id.key), Value($0.digest), Value($0.wave)]) }).digest()
    }
}

extension DesiredObject {
    /// Makes the digest fit what it is.
    mutating func seal() {
        let parts =
            [manifest, .array(blobs.map { Value($0.id.description) })] + (fingerprint.map { [Value($0)] } ?? [])
        digest = Value.array(parts).digest()
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
