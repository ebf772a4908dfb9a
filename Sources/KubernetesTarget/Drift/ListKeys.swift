// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// Which fields tell the items of a list from each other, for the lists of Kubernetes' own kinds that are merged by
/// item: the `listMapKeys` of its API, by the name of the list. Lists that are not named here are compared by place.
enum ListKeys {
    static func keys(of list: Text, in items: [Value]) -> [Text]? {
        if list == "ports" {
            return items.contains { $0["containerPort"] != nil }
                ? ["containerPort", "protocol"] : ["port", "protocol"]
        }
        return names[list]
    }

    private static let names: [Text: [Text]] = [
        "containers": ["name"], "initContainers": ["name"], "ephemeralContainers": ["name"], "volumes": ["name"],
        "env": ["name"], "volumeMounts": ["mountPath"], "volumeDevices": ["devicePath"], "imagePullSecrets": ["name"],
        "hostAliases": ["ip"], "topologySpreadConstraints": ["topologyKey", "whenUnsatisfiable"],
        "resourceClaims": ["name"], "schedulingGates": ["name"], "webhooks": ["name"], "ownerReferences": ["uid"],
        "secrets": ["name"],
    ]
}
