// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model
import TestSupport
import Testing

@testable import KubernetesTarget

@Suite struct ApplyOrderTests {
    private let target = KubernetesTarget(cluster: MemoryCluster(), observations: MemoryObservations())

    @Test func `what takes data, a namespace or a kind along is protected, and nothing that is only named alike`() {
        let kinds: [(Text, Text)] = [
            ("", "Namespace"), ("", "PersistentVolume"), ("", "PersistentVolumeClaim"),
            ("apiextensions.k8s.io", "CustomResourceDefinition"),
        ]
        for (group, kind) in kinds {
            #expect(target.isProtected(ObjectID(group: group, kind: kind, name: "a")), "\(kind)")
            #expect(!target.isProtected(ObjectID(group: "example.org", kind: kind, name: "a")), "\(kind)")
        }
        #expect(!target.isProtected(ObjectID(group: "", kind: "ConfigMap", namespace: "shop", name: "a")))
        #expect(!target.isProtected(ObjectID(group: "apps", kind: "StatefulSet", namespace: "shop", name: "a")))
    }
}
