// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import KubernetesClient
import Manifest

/// What we declared of an object when we merged it last, on the object itself: the fields, not their values.
enum MergeMark {
    static let annotation: Text = "trimtab.dev/applied"
    /// An object's annotations are 256 KiB at most.
    private static let budget = Budget(bytes: 1 << 18, depth: 64, nodes: 100_000, documents: 1)

    /// The object as the server would show it, had it applied it: with us as the manager of what we declared. As it is
    /// where the server knows of us, or where we merged nothing.
    static func shown(_ live: Value, to manager: Text) -> Value {
        guard let fields = fields(of: live), let version = live["apiVersion"],
            ManagedFields(of: live).applied(by: manager) == nil
        else { return live }
        let entry: Value = [
            "manager": .string(manager), "operation": "Apply", "apiVersion": version, "fieldsType": "FieldsV1",
            "fieldsV1": fields,
        ]
        let others = live["metadata"]?["managedFields"]?.arrayValue ?? []
        return live.settingMetadata("managedFields", .array([entry] + others))
    }

    /// `nil` where there is none, or none that can be read: then nothing of it is taken out.
    static func set(of live: Value) -> FieldSet? { fields(of: live).flatMap(FieldSet.init(fieldsV1:)) }

    private static func fields(of live: Value) -> Value? {
        live.annotation(annotation).flatMap { try? JSON.read(Array($0.utf8), budget: budget) }
    }

    /// The object with what a manifest declares noted on it.
    static func note(_ manifest: Value, on object: Value) -> Value {
        let fields = FieldSet(declaredIn: manifest).fieldsV1
        var annotations = object.metadata?["annotations"]?.objectValue ?? Object()
        annotations[annotation] = Text(utf8: JSON.write(fields, style: .canonical)).map { .string($0) }
        return object.settingMetadata("annotations", .object(annotations))
    }
}
