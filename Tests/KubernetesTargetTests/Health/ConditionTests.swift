// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model
import Testing

@testable import KubernetesTarget

/// Conditions may say which generation of the object they speak of.
struct ConditionTests {
    private func health(
        _ type: Text, _ status: Text, observed: Int64?, generation: Int64 = 4, applied: Int64 = 0,
        kind: (Text, Text) = ("example.org/v1", "Thing")
    ) -> HealthReport {
        let condition = Value.fields([
            "type": Value(type), "status": Value(status), "observedGeneration": observed.map { .number(Number($0)) },
        ])
        let object: Value = [
            "apiVersion": .string(kind.0), "kind": .string(kind.1),
            "metadata": ["name": "a", "generation": .number(Number(generation))],
            "status": ["conditions": [condition]],
        ]
        return ObjectHealth.report(of: object, appliedGeneration: applied, now: Time(nanoseconds: 0))
    }

    @Test func `what was ready before the newest change may not be now`() {
        let unseen = HealthReport(.progressing, reason: "its controller has not seen the newest change yet")
        #expect(health("Ready", "True", observed: nil) == .healthy)
        #expect(health("Ready", "True", observed: 4) == .healthy)
        #expect(health("Ready", "True", observed: 3) == unseen)
        #expect(health("Ready", "True", observed: 4, applied: 5) == unseen)
        #expect(health("Ready", "False", observed: 3) == unseen)
    }

    @Test func `what was stalled before it has not been judged since`() {
        #expect(health("Stalled", "True", observed: 4).health == .degraded)
        #expect(health("Stalled", "True", observed: 3).health == .progressing)
        #expect(health("Reconciling", "True", observed: 3).health == .progressing)
        #expect(health("Stalled", "False", observed: 3) == .healthy)
    }

    @Test func `a definition that is established stays so`() {
        let definition: (Text, Text) = ("apiextensions.k8s.io/v1", "CustomResourceDefinition")
        #expect(health("Established", "True", observed: 1, kind: definition) == .healthy)
        #expect(health("NamesAccepted", "False", observed: 1, kind: definition).health == .progressing)
    }
}
