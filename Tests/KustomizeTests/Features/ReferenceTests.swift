// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Testing

@Suite struct ReferenceTests {
    private let objects = """
        {apiVersion: v1, kind: ConfigMap, metadata: {name: c}, data: {image: "busybox:1-x", n: "5"}}
        ---
        {apiVersion: apps/v1, kind: Deployment, metadata: {name: d}, spec: {replicas: 1, template: {spec: {containers: [{name: a, image: "a:1"}, {name: b, image: "b:1", args: ["$(V)", "x$(V)", "$$(V)", "$(W)"]}]}}}}
        """

    private func replaced(_ source: String, _ target: String) async -> String {
        await built("replacements:\n- source: \(source)\n  targets: [\(target)]\n", objects)
    }

    @Test func `a part of a value takes the place of a part of another`() async {
        let output = await replaced(
            "{kind: ConfigMap, fieldPath: data.image, options: {delimiter: '-', index: 1}}",
            "{select: {kind: Deployment}, fieldPaths: ['spec.template.spec.containers.[name=a].image'], options: {delimiter: ':', index: 1}}"
        )
        #expect(output.contains("image: a:x") && output.contains("image: b:1"))
    }

    @Test func `a field keeps its type`() async {
        let output = await replaced(
            "{kind: ConfigMap, fieldPath: data.n}", "{select: {kind: Deployment}, fieldPaths: [spec.replicas]}")
        #expect(output.contains("replicas: 5\n"))
        let error = await replaced(
            "{kind: ConfigMap, fieldPath: data.image}", "{select: {kind: Deployment}, fieldPaths: [spec.replicas]}")
        #expect(error.contains("\"busybox:1-x\" is no number, as the field is"))
    }

    @Test(arguments: [
        ("{kind: Service}", "{select: {kind: Deployment}}", "kustomization.yaml:3:11: the source is not there"),
        (
            "{kind: ConfigMap, fieldPath: data.none}", "{select: {kind: Deployment}}",
            "kustomization.yaml:3:11: ConfigMap/c has no data.none"
        ),
        (
            "{kind: ConfigMap}", "{select: {kind: Deployment}, fieldPaths: [spec.none]}",
            "kustomization.yaml:4:55: Deployment/d has no spec.none to replace (options: {create: true} makes it)"
        ),
    ])
    func `what is not there is told`(source: String, target: String, error: String) async {
        let output = await replaced(source, target)
        #expect(output.hasPrefix(error), "\(output)")
    }

    @Test func `vars are put into texts, and a text that is one keeps the value's type`() async {
        let output = await built(
            "vars: [{name: V, objref: {apiVersion: apps/v1, kind: Deployment, name: d}, fieldref: {fieldPath: spec.replicas}}]\n",
            objects)
        #expect(output.contains("- args:\n        - 1\n        - x1\n        - $(V)\n        - $(W)\n"))
    }

    @Test func `a reference that may mean two objects is an error`() async {
        let error = await built(
            "namePrefix: p-\n",
            """
            {apiVersion: v1, kind: ServiceAccount, metadata: {name: s, namespace: a}}
            ---
            {apiVersion: v1, kind: ServiceAccount, metadata: {name: s, namespace: b}}
            ---
            {apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRoleBinding, metadata: {name: r}, subjects: [{kind: ServiceAccount, name: s}]}
            """)
        #expect(
            error
                == "objects.yaml: the reference in subjects of ClusterRoleBinding/p-r: "
                + "\"s\" may mean any of ServiceAccount/a/p-s, ServiceAccount/b/p-s")
    }
}
