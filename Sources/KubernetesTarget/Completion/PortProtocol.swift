// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// The default of the one key of a merged list that people leave out: the protocol of ports.
enum PortProtocol {
    static func complete(_ manifest: Value, kind: Text) -> Value {
        guard let object = manifest.objectValue else { return manifest }
        switch kind.string {
        case "Service", "Pod": return .object(object.changing("spec", kind == "Service" ? ports : podSpec))
        case "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job":
            return .object(object.changing("spec", template))
        case "CronJob":
            return .object(object.changing("spec") { $0.changing("jobTemplate") { $0.changing("spec", template) } })
        case "PodTemplate": return .object(template(object))
        default: return manifest
        }
    }

    private static func template(_ spec: Object) -> Object {
        spec.changing("template") { $0.changing("spec", podSpec) }
    }

    private static func podSpec(_ spec: Object) -> Object {
        var spec = spec
        for list in ["containers", "initContainers", "ephemeralContainers"] as [Text] {
            guard let containers = spec[list]?.arrayValue else { continue }
            spec[list] = .array(containers.map { $0.objectValue.map { .object(ports($0)) } ?? $0 })
        }
        return spec
    }

    private static func ports(_ owner: Object) -> Object {
        guard let ports = owner["ports"]?.arrayValue else { return owner }
        var owner = owner
        owner["ports"] = .array(
            ports.map { port in
                guard var fields = port.objectValue, fields["protocol"] == nil else { return port }
                fields["protocol"] = "TCP"
                return .object(fields)
            })
        return owner
    }
}

extension Object {
    /// The same with a map in it changed; as it is when there is no such map.
    fileprivate func changing(_ key: Text, _ change: (Object) -> Object) -> Object {
        guard let inner = self[key]?.objectValue else { return self }
        var changed = self
        changed[key] = .object(change(inner))
        return changed
    }
}
