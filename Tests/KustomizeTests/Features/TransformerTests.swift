// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Kustomize
import Manifest
import Testing

@Suite struct TransformerTests {
    @Test func `prefix, suffix and namespace reach names and what refers to them`() async {
        let output = await built(
            "namePrefix: a-\nnameSuffix: -z\nnamespace: shop\n",
            """
            {apiVersion: v1, kind: ConfigMap, metadata: {name: c}}
            ---
            {apiVersion: v1, kind: Namespace, metadata: {name: old}}
            ---
            {apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {volumes: [{name: v, configMap: {name: c}}]}}
            """)
        #expect(
            output == """
                apiVersion: v1
                kind: ConfigMap
                metadata:
                  name: a-c-z
                  namespace: shop
                ---
                apiVersion: v1
                kind: Namespace
                metadata:
                  name: shop
                ---
                apiVersion: v1
                kind: Pod
                metadata:
                  name: a-p-z
                  namespace: shop
                spec:
                  volumes:
                  - configMap:
                      name: a-c-z
                    name: v

                """)
    }

    @Test func `labels reach selectors only when they are told to`() async {
        let objects = "{apiVersion: v1, kind: Service, metadata: {name: s}, spec: {selector: {app: x}}}"
        let plain = await built("labels: [{pairs: {team: a}}]\n", objects)
        #expect(plain.contains("labels:\n    team: a") && !plain.contains("app: x\n    team: a"))
        let selecting = await built("labels: [{pairs: {team: a}, includeSelectors: true}]\n", objects)
        #expect(selecting.contains("app: x\n    team: a"))
    }

    @Test(arguments: [
        ("{name: nginx, newTag: '2'}", "nginx:2"), ("{name: nginx, newName: r.io/n}", "r.io/n:1.0"),
        ("{name: nginx, digest: 'sha256:ab'}", "nginx@sha256:ab"),
        ("{name: nginx, digest: 'sha256:cd', newTag: '3'}", "nginx:3@sha256:cd"),
        ("{name: 'ngin.', newTag: '2'}", "nginx:2"), ("{name: ngin, newTag: '2'}", "nginx:1.0"),
    ])
    func `images are named by a pattern`(change: String, image: String) async {
        let output = await built("images: [\(change)]\n", deployment("web"))
        #expect(output == deployment("web", image: image))
    }

    @Test func `replicas are set, and a name that nothing has is an error`() async {
        let output = await built("replicas: [{name: web, count: 3}]\n", deployment("web"))
        #expect(output.contains("replicas: 3"))
        let error = await built("replicas: [{name: wep, count: 3}]\n", deployment("web"))
        #expect(error.hasPrefix("kustomization.yaml:2:12: replicas finds no \"wep\" among the kinds Deployment"))
    }

    @Test func `generated names carry a hash of the content, and references follow`() async {
        let output = await built(
            "configMapGenerator: [{name: c, literals: [a=b]}]\n",
            "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: w, envFrom: [{configMapRef: {name: c}}]}]}}"
        )
        // kubectl 1.33.1 prints the same name.
        #expect(output.contains("  name: c-4h2mbtbbt6\n"))
        #expect(output.contains("configMapRef:\n        name: c-4h2mbtbbt6"))
    }

    @Test func `an overlay given as a value is laid above the root`() async {
        let files = ["kustomization.yaml": "resources: [o.yaml]\nnamePrefix: a-\n", "o.yaml": deployment("web")]
        let output = await built(
            files,
            options: .init(order: .none, overlay: ["replicas": [["name": "web", "count": 4]], "nameSuffix": "-z"]))
        #expect(output.contains("name: a-web-z") && output.contains("replicas: 4"))
        let error = await built(files, options: .init(overlay: ["resources": ["x"]]))
        #expect(error == "overlay: an overlay has no resources (it changes what the root builds; files are the root's)")
    }

    @Test func `numbers and words come out as Go would have them`() async {
        let output = await built(
            "",
            "{apiVersion: x/v1, kind: X, metadata: {name: x}, a: 1.0, b: 0777, c: yes, d: 2020-01-01, e: 1e-7, f: ~}")
        #expect(
            output.hasPrefix(
                "a: 1\napiVersion: x/v1\nb: 511\nc: \"yes\"\nd: \"2020-01-01T00:00:00Z\"\ne: 1e-07\nf: null\n"))
    }
}
