// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Manifest
import Model
import Secrets

/// Puts values into an object that a mapping is about.
enum SecretPlacement {
    /// The object as it is to be applied: without the note of the mapping, with the values as secret leaves, or as what
    /// a file is to hold.
    static func place(
        _ values: [Text: Secret<[UInt8]>], into object: DesiredObject
    ) throws(SecretsError) -> DesiredObject {
        guard var manifest = object.manifest.objectValue else { return object }
        manifest[SecretMapping.field] = nil
        var placed = object
        switch (object.id.group, object.id.kind) {
        case ("host.trimtab.dev", "File"):
            guard object.opened == nil, let content = object.spec["content"]?.stringValue else {
                throw SecretsError(
                    .unsupported, "a File whose content is encrypted has no places for values of a store",
                    advice: "put the values into the store, or into the file")
            }
            placed.opened = SecretTemplate.filled(content, with: values).bytes
        case ("", "Secret"): manifest = filled(manifest, values)
        default: throw SecretsError(.unsupported, "values of a store are put into a Secret or a File, and nothing else")
        }
        placed.manifest = .object(manifest)
        return placed
    }

    /// Any bytes fit into `data`, so all that holds a value goes there.
    private static func filled(_ secret: Object, _ values: [Text: Secret<[UInt8]>]) -> Object {
        var data = secret["data"]?.objectValue ?? Object()
        var texts = secret["stringData"]?.objectValue ?? Object()
        var rest = values
        for (key, value) in texts.pairs {
            guard let text = value.stringValue else { continue }
            let filled = SecretTemplate.filled(text, with: values)
            guard !filled.used.isEmpty else { continue }
            for name in filled.used { rest[name] = nil }
            data[key] = leaf(filled.bytes)
            texts[key] = nil
        }
        for (name, value) in rest.sorted(by: { $0.key < $1.key }) { data[name] = leaf(value) }
        var secret = secret
        secret["data"] = .object(data)
        secret["stringData"] = texts.isEmpty ? nil : .object(texts)
        return secret
    }

    private static func leaf(_ value: Secret<[UInt8]>) -> Value {
        .secret(value.withExposed { Secret(Text(Base64.encode($0))) })
    }
}
