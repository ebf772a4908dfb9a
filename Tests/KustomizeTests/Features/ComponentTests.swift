// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Testing

@Suite struct ComponentTests {
    @Test func `a component changes what is there so far, and is no base`() async {
        let files = [
            "base/kustomization.yaml": "resources: [d.yaml]\n", "base/d.yaml": deployment("web"),
            "extra/kustomization.yaml":
                "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nnameSuffix: -c\n",
            "prod/kustomization.yaml": "resources: [../base]\ncomponents: [../extra]\nnamePrefix: p-\n",
            "wrong/kustomization.yaml": "resources: [../extra]\n",
            "wrong2/kustomization.yaml": "components: [../base]\n",
        ]
        #expect(await built(files, at: "prod").contains("name: p-web-c"))
        #expect(
            await built(files, at: "wrong")
                == "wrong/kustomization.yaml:1:13: extra is a Component (list it under components)")
        #expect(
            await built(files, at: "wrong2")
                == "wrong2/kustomization.yaml:1:14: base is a Kustomization, not a Component (list it under resources)")
    }

    @Test func `where objects come from is written when it is asked for`() async {
        let output = await built(
            [
                "base/kustomization.yaml": "resources: [d.yaml]\n",
                "base/d.yaml": "{apiVersion: v1, kind: A, metadata: {name: a}}",
                "prod/kustomization.yaml":
                    "resources: [../base]\nnamePrefix: p-\nbuildMetadata: [originAnnotations, transformerAnnotations]\n",
            ], at: "prod")
        #expect(
            output == """
                apiVersion: v1
                kind: A
                metadata:
                  annotations:
                    alpha.config.kubernetes.io/transformations: |
                      - configuredIn: kustomization.yaml
                        configuredBy:
                          apiVersion: builtin
                          kind: PrefixTransformer
                    config.kubernetes.io/origin: |
                      path: ../base/d.yaml
                  name: p-a

                """)
    }
}
