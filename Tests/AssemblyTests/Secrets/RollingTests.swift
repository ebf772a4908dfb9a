// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model
import Testing

@testable import Assembly

/// Pods that are replaced when a secret that they use changes.
@Suite struct RollingTests {
    private func object(_ kind: Text, _ name: Text, _ manifest: Value, digest: UInt8) -> DesiredObject {
        DesiredObject(
            id: ObjectID(group: kind == "Secret" ? "" : "apps", kind: kind, namespace: "shop", name: name),
            apiVersion: "v1", manifest: manifest, wave: 0, blobs: [], origin: "a.yaml:1", digest: Digest(of: [digest]))
    }

    private func workload(_ pod: Value, rolls: Bool = true) -> DesiredObject {
        object(
            "Deployment", "web",
            [
                "metadata": ["name": "web", "annotations": rolls ? ["secrets.trimtab.dev/roll": "true"] : [:]],
                "spec": ["template": ["spec": pod]],
            ], digest: 1)
    }

    private func mark(_ objects: [DesiredObject]) -> Value? {
        Rolling.marked(objects).first?.manifest["spec"]?["template"]?["metadata"]?["annotations"]?[Rolling.mark]
    }

    private static let pods: [Value] = [
        ["containers": [["env": [["valueFrom": ["secretKeyRef": ["name": "db", "key": "a"]]]]]]],
        ["containers": [["envFrom": [["secretRef": ["name": "db"]]]]]],
        ["volumes": [["secret": ["secretName": "db"]]]],
        ["volumes": [["projected": ["sources": [["secret": ["name": "db"]]]]]]],
        ["imagePullSecrets": [["name": "db"]]],
    ]

    @Test(arguments: pods)
    func `a template that names a secret changes with it`(pod: Value) throws {
        let first = mark([workload(pod), object("Secret", "db", [:], digest: 2)])
        let same = mark([workload(pod), object("Secret", "db", [:], digest: 2)])
        let other = mark([workload(pod), object("Secret", "db", [:], digest: 3)])
        #expect(first != nil && first == same && first != other)
        let neighbour = mark([
            workload(pod), object("Secret", "db", [:], digest: 2), object("Secret", "mail", [:], digest: 9),
        ])
        #expect(neighbour == first, "a secret that it does not name changes nothing")
    }

    @Test func `a workload that does not ask for it, or names none, stays as it is`() {
        let secret = object("Secret", "db", [:], digest: 2)
        let plain = workload(Self.pods[0], rolls: false)
        #expect(Rolling.marked([plain, secret]) == [plain, secret])
        let none = workload(["containers": []])
        #expect(Rolling.marked([none, secret]) == [none, secret])
    }
}
