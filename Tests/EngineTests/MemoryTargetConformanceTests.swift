// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Fleet
import Manifest
import Model
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct MemoryTargetConformanceTests {
    @Test func `the target in memory keeps to what the engine relies on`() async throws {
        let violations = try await TargetDriverConformance.violations {
            let target = MemoryTarget()
            func context(_ name: String) -> UnitContext {
                UnitContext(unit: unit(name), project: TestSupport.name("shop"), limits: .host(HostLimits()))
            }
            return TargetDriverConformance.Subject(
                driver: target, unit: context("web"), other: context("other"),
                object: { name, content in
                    let manifest: Value = ["spec": ["content": .string(content)]]
                    return DesiredObject(
                        id: object(name), apiVersion: "host.trimtab.dev/v1alpha1", manifest: manifest, wave: 0,
                        blobs: [], origin: "test.yaml:1", digest: manifest.digest())
                },
                edit: { target.edit($0.id, "foreign") }, takeAway: { target.edit($0.id, nil) })
        }
        #expect(violations == [])
    }
}
