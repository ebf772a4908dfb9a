// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Testing

@testable import KubernetesTarget

/// The table of what is completed, a case each.
@Suite struct CompletionTests {
    @Test func `stringData goes into data, over what stands there`() {
        let secret: Value = [
            "apiVersion": "v1", "kind": "Secret", "data": ["a": "b2xk", "b": "eA=="],
            "stringData": ["a": "new", "c": .secret(Secret("hidden"))],
        ]
        let complete = Completion.complete(secret)
        #expect(complete["stringData"] == nil)
        #expect(complete["data"]?["a"] == "bmV3")
        #expect(complete["data"]?["b"] == "eA==")
        #expect(complete["data"]?["c"] == .secret(Secret("aGlkZGVu")))
    }

    @Test func `a Service port without a protocol is of TCP`() {
        let service: Value = [
            "apiVersion": "v1", "kind": "Service", "spec": ["ports": [["port": 80], ["port": 53, "protocol": "UDP"]]],
        ]
        let ports: Value = [["port": 80, "protocol": "TCP"], ["port": 53, "protocol": "UDP"]]
        #expect(Completion.complete(service)["spec"]?["ports"] == ports)
    }

    @Test(
        arguments: ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "ReplicationController"] as [Text])
    func `container ports of a template are of TCP`(kind: Text) {
        let object: Value = [
            "kind": .string(kind),
            "spec": [
                "template": [
                    "spec": [
                        "containers": [["name": "a", "ports": [["containerPort": 80]]]],
                        "initContainers": [["name": "b", "ports": [["containerPort": 81]]]],
                    ]
                ]
            ],
        ]
        let spec = Completion.complete(object)["spec"]?["template"]?["spec"]
        #expect(spec?["containers"]?.arrayValue?.first?["ports"] == [["containerPort": 80, "protocol": "TCP"]])
        #expect(spec?["initContainers"]?.arrayValue?.first?["ports"] == [["containerPort": 81, "protocol": "TCP"]])
    }

    @Test func `so are those of a Pod, and of the template in the template of a CronJob`() {
        let containers: Value = [["name": "a", "ports": [["containerPort": 80]]]]
        let pod = Completion.complete(["kind": "Pod", "spec": ["containers": containers]])
        #expect(pod["spec"]?["containers"]?.arrayValue?.first?["ports"]?.arrayValue?.first?["protocol"] == "TCP")
        let cron = Completion.complete([
            "kind": "CronJob", "spec": ["jobTemplate": ["spec": ["template": ["spec": ["containers": containers]]]]],
        ])
        let inner = cron["spec"]?["jobTemplate"]?["spec"]?["template"]?["spec"]
        #expect(inner?["containers"]?.arrayValue?.first?["ports"]?.arrayValue?.first?["protocol"] == "TCP")
    }

    @Test func `null fields, the status and what only a server writes are left out`() {
        let object: Value = [
            "kind": "ConfigMap", "status": ["a": 1], "data": ["a": .null, "b": "c"],
            "metadata": [
                "name": "x", "uid": "1", "resourceVersion": "2", "creationTimestamp": .null, "managedFields": [],
            ],
        ]
        #expect(Completion.complete(object) == ["kind": "ConfigMap", "data": ["b": "c"], "metadata": ["name": "x"]])
    }

    @Test func `kinds of others are left as they are`() {
        let object: Value = ["kind": "Thing", "spec": ["ports": [["port": 1]], "stringData": ["a": "b"]]]
        #expect(Completion.complete(object) == object)
    }
}
