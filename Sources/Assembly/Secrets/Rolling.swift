// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

/// Workloads whose Pods are to be replaced when a secret that they use changes: those that say so by an annotation.
///
/// The Pod template gets the digests of the Secrets that it names, so that another one is another template. A digest is
/// of what is encrypted, or of the version in a store.
enum Rolling {
    /// On the workload: `secrets.trimtab.dev/roll: "true"`.
    static let wish: Text = "secrets.trimtab.dev/roll"
    /// On its Pod template.
    static let mark: Text = "secrets.trimtab.dev/secrets"

    static func isWished(_ object: DesiredObject) -> Bool { object.annotation(wish) == "true" }

    /// - Parameter objects: all of a unit, opened.
    static func marked(_ objects: [DesiredObject]) -> [DesiredObject] {
        guard objects.contains(where: isWished) else { return objects }
        var secrets: [ObjectID: Digest] = [:]
        for object in objects where object.id.kind == "Secret" && object.id.group.isEmpty {
            secrets[object.id] = object.digest
        }
        return objects.map { object in isWished(object) ? marked(object, secrets) : object }
    }

    private static func marked(_ workload: DesiredObject, _ secrets: [ObjectID: Digest]) -> DesiredObject {
        guard var manifest = workload.manifest.objectValue, var spec = manifest["spec"]?.objectValue,
            var template = spec["template"]?.objectValue
        else { return workload }
        let digests = names(in: template["spec"] ?? .null).sorted().compactMap { name in
            secrets[ObjectID(group: "", kind: "Secret", namespace: workload.id.namespace, name: name)]
        }
        guard !digests.isEmpty else { return workload }
        var metadata = template["metadata"]?.objectValue ?? Object()
        var annotations = metadata["annotations"]?.objectValue ?? Object()
        let digest = Value.array(digests.map { Value($0) }).digest()
        annotations[mark] = .string(Text(String(digest.hex.prefix(16))))
        metadata["annotations"] = .object(annotations)
        template["metadata"] = .object(metadata)
        spec["template"] = .object(template)
        manifest["spec"] = .object(spec)
        var marked = workload
        marked.manifest = .object(manifest)
        marked.digest = ([Value(workload.digest), Value(digest)] as Value).digest()
        return marked
    }

    /// The Secrets that a Pod names: in variables, in volumes, for pulling images.
    static func names(in pod: Value) -> Set<Text> {
        var names: Set<Text> = []
        collect(pod, into: &names)
        return names
    }

    private static func collect(_ value: Value, into names: inout Set<Text>) {
        switch value {
        case .array(let items): for item in items { collect(item, into: &names) }
        case .object(let object):
            for (key, value) in object.pairs {
                switch key {
                case "secretKeyRef", "secretRef": names.formUnion([value["name"]?.stringValue].compactMap(\.self))
                case "secret":
                    let name = value["secretName"]?.stringValue ?? value["name"]?.stringValue
                    names.formUnion([name].compactMap(\.self))
                case "imagePullSecrets":
                    names.formUnion((value.arrayValue ?? []).compactMap { $0["name"]?.stringValue })
                default: collect(value, into: &names)
                }
            }
        case .null, .bool, .number, .string, .secret: return
        }
    }
}
