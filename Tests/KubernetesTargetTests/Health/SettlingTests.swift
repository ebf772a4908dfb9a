// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Testing

@testable import KubernetesTarget

struct SettlingTests {
    private func object(_ apiVersion: Text, _ kind: Text, _ spec: Value = [:]) -> Value {
        ["apiVersion": .string(apiVersion), "kind": .string(kind), "spec": spec]
    }

    @Test func `only of what has something to do a status may be about what it was before`() {
        #expect(ObjectHealth.hasUnversionedStatus(object("v1", "Namespace")))
        #expect(ObjectHealth.hasUnversionedStatus(object("v1", "Service", ["type": "LoadBalancer"])))
        #expect(!ObjectHealth.hasUnversionedStatus(object("v1", "Service", ["type": "ClusterIP"])))
        #expect(!ObjectHealth.hasUnversionedStatus(object("v1", "Service")))
        #expect(!ObjectHealth.hasUnversionedStatus(object("v1", "ConfigMap")))
        #expect(!ObjectHealth.hasUnversionedStatus(object("apps/v1", "Deployment")), "it says so once it has spoken")
    }
}
