// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// Additions to what runs, or to the rights with which it runs: nobody may make them unseen.
enum Danger {
    /// - Parameter path: of a field that is live and not declared, in a map or list that is declared.
    static func isDangerous(_ value: Value, at path: FieldPath) -> Bool {
        guard let spec = podSpec(in: path) else { return false }
        let rest = path.steps.dropFirst(spec)
        guard case .key(let field)? = rest.first else { return false }
        if rest.count == 1 { return isDangerous(field, value) }
        if items.contains(field), rest.count == 2 { return true }
        return rest.contains(.key("securityContext")) && isRight(value, rest.last)
            || rest.last == .key("securityContext") && holdsRight(value)
    }

    private static let items: Set<Text> = ["containers", "initContainers", "ephemeralContainers", "volumes"]

    /// How many steps lead to the spec of a Pod's template, or of the template in a template. A Pod itself is left alone:
    /// admission adds volumes to it, and nobody can add a container.
    private static func podSpec(in path: FieldPath) -> Int? {
        let steps = path.steps
        for index in steps.indices.dropLast()
        where steps[index] == .key("template") && steps[index + 1] == .key("spec") {
            if steps.indices.contains(index + 2), steps[index + 2] == .key("template") { continue }
            return index + 2
        }
        return nil
    }

    private static func isDangerous(_ field: Text, _ value: Value) -> Bool {
        switch field.string {
        case "hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace": value == true
        case "securityContext": holdsRight(value)
        case "serviceAccountName": value.stringValue.map { $0 != "default" && !$0.isEmpty } ?? false
        case "containers", "initContainers", "ephemeralContainers", "volumes": !value.isHollow
        default: false
        }
    }

    private static func isRight(_ value: Value, _ step: FieldPath.Step?) -> Bool {
        guard case .key(let field)? = step else { return !value.isHollow }
        switch field.string {
        case "privileged", "allowPrivilegeEscalation": return value == true
        case "runAsNonRoot", "readOnlyRootFilesystem": return value == false
        case "runAsUser", "runAsGroup", "fsGroup": return value == 0
        case "capabilities": return !(value["add"]?.isHollow ?? true)
        case "add": return !value.isHollow
        case "procMount": return value == "Unmasked"
        default: return false
        }
    }

    private static func holdsRight(_ value: Value) -> Bool {
        (value.objectValue?.pairs ?? []).contains { isRight($0.value, .key($0.key)) }
    }
}
