// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

/// The files that a service's object stands for: each is driven like a `File`, under a name of its own.
enum ServiceFiles {
    /// No manifest can declare this kind.
    static let kind: Text = "ServiceFile"

    /// One for the unit, one for each drop-in.
    static func objects(of object: HostObject, _ spec: ServiceSpec) -> [HostObject] {
        guard let service = object.service else { return [] }
        var parts: [(name: Text, path: HostPath, content: FileContent)] = []
        if let unit = spec.unit { parts.append(("unit", service.unitPath, unit)) }
        parts += spec.dropIns.map { ("dropIns/\($0.name)", service.dropInPath($0.name), $0.content) }
        return parts.map { part in
            let file = FileSpec(path: part.path, content: part.content, mode: 0o644, validate: [])
            return HostObject(
                id: ObjectID(group: HostObject.group, kind: kind, namespace: object.id.name, name: part.name),
                digest: digest(part.path, part.content), spec: .file(file))
        }
    }

    /// Whether an object is a file of a service's object.
    static func isFile(_ id: ObjectID, of service: ObjectID) -> Bool {
        id.kind == kind && id.namespace == service.name && service.kind == "Service"
    }

    private static func digest(_ path: HostPath, _ content: FileContent) -> Digest {
        let id: Value =
            switch content.id {
            case .git(let id): Value(id.description)
            case .sha256(let digest): Value(digest)
            case nil: .null
            }
        return ([Value(path.description), id] as Value).digest()
    }
}
