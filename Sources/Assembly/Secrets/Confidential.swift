// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Age
import Manifest
import Rendering

/// Values that are kept from people and disks because of where they stand, though nothing encrypted them: the data of a
/// Secret that lies plain in Git or comes from a chart, and the content of a host's file that others may not read.
extension Value {
    private var isSecret: Bool { self["kind"] == "Secret" && self["apiVersion"] == "v1" }

    private var isPrivateFile: Bool {
        guard self["kind"] == "File", self["spec"]?["content"] != nil,
            self["apiVersion"]?.stringValue?.string.hasPrefix("host.trimtab.dev/") ?? false
        else { return false }
        switch self["spec"]?["mode"] {
        case .string(let text): return Int(text.string, radix: 8).map { $0 & 0o004 == 0 } ?? false
        case .number(let number): return number.int64.map { $0 & 0o004 == 0 } ?? false
        default: return false
        }
    }

    /// Whether a manifest holds such values.
    var isConfidential: Bool { isSecret || isPrivateFile }

    /// A manifest for those who may see an object and not its secrets: encrypted texts as `<encrypted>`, without SOPS's
    /// metadata, and what is confidential as `<secret>`.
    var hidingSecrets: Value { hiding(asSecret: isSecret, asPrivateFile: isPrivateFile) }

    /// What lies at a path of this manifest, or has lain there, as ``hidingSecrets`` shows it.
    func hidingSecrets(in part: Value, at path: FieldPath) -> Value {
        // What is confidential lies beneath keys alone.
        let keys = FieldPath(Array(path.steps.prefix { if case .key = $0 { true } else { false } }))
        let alone = keys.steps.reversed().reduce(part) { inner, step in
            if case .key(let key) = step { .object(Object(uniquePairs: [(key, inner)])) } else { inner }
        }
        return alone.hiding(asSecret: isSecret, asPrivateFile: isPrivateFile)[keys] ?? "<encrypted>"
    }

    /// Settings for those who may see an object and not its secrets: of a patch that speaks of a Secret, or is secret
    /// itself, stays whom it is for.
    func hidingSecretPatches(where isSecret: (Value) -> Bool = { _ in false }) -> Value {
        switch self {
        case .array(let items): return .array(items.map { $0.hidingSecretPatches(where: isSecret) })
        case .object(var object):
            guard let patch = object["patch"], Self.speaksOfSecrets(self) || isSecret(patch) else {
                return hidingSecrets
            }
            object["patch"] = "<secret>"
            return .object(object)
        default: return hidingSecrets
        }
    }

    private static func speaksOfSecrets(_ value: Value) -> Bool {
        String(decoding: JSON.write(value), as: UTF8.self).contains("Secret")
    }

    private func hiding(asSecret isSecret: Bool, asPrivateFile isPrivateFile: Bool) -> Value {
        guard isSecret || isPrivateFile else { return hidingEncrypted }
        var shown = hidingEncrypted.objectValue ?? Object()
        if isSecret {
            for field: Text in ["data", "stringData"] where shown[field] != nil {
                shown[field] = shown[field]?.withheld
            }
            if var metadata = shown["metadata"]?.objectValue,
                var annotations = metadata["annotations"]?.objectValue, annotations[Self.kubectlCopy] != nil
            {
                annotations[Self.kubectlCopy] = .string("<secret>")
                metadata["annotations"] = .object(annotations)
                shown["metadata"] = .object(metadata)
            }
        } else if var spec = shown["spec"]?.objectValue {
            spec["content"] = spec["content"]?.withheld
            shown["spec"] = .object(spec)
        }
        return .object(shown)
    }

    /// The same shape with nothing that it says.
    var withheld: Value {
        switch self {
        case .string("<encrypted>"), .null: self
        case .array(let items): .array(items.map(\.withheld))
        case .object(let object): .object(Object(uniquePairs: object.pairs.map { ($0.key, $0.value.withheld) }))
        default: .string("<secret>")
        }
    }

    private var hidingEncrypted: Value {
        switch self {
        case .string(let text) where EncryptedInputs.isIn(text, base64: true) || Age.isEncrypted(text.utf8):
            "<encrypted>"
        case .array(let items): .array(items.map(\.hidingEncrypted))
        case .object(let object):
            .object(
                Object(
                    uniquePairs: object.pairs.filter { $0.key != "sops" || $0.value["mac"] == nil }
                        .map { ($0.key, $0.value.hidingEncrypted) }))
        default: self
        }
    }
}
