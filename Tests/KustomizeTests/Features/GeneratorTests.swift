// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Testing

@Suite struct GeneratorTests {
    @Test func `keys come from texts, files and lines`() async {
        let output = await built([
            "kustomization.yaml": """
            generatorOptions: {disableNameSuffixHash: true, labels: {a: b}}
            configMapGenerator:
            - {name: c, literals: ["q='x'", e=], files: [k=f.txt, f.txt], envs: [l.env]}
            secretGenerator:
            - {name: s, literals: [p=q]}

            """,
            "f.txt": "one\ntwo\n", "l.env": "\u{FEFF}A=1=2\r\n  # no\n  B\n",
        ])
        #expect(
            output == """
                apiVersion: v1
                data:
                  A: 1=2
                  B: ""
                  e: ""
                  f.txt: |
                    one
                    two
                  k: |
                    one
                    two
                  q: x
                kind: ConfigMap
                metadata:
                  labels:
                    a: b
                  name: c
                ---
                apiVersion: v1
                data:
                  p: cQ==
                kind: Secret
                metadata:
                  labels:
                    a: b
                  name: s
                type: Opaque

                """)
    }

    @Test func `an overlay merges into what its base generates`() async {
        let output = await built(
            [
                "base/kustomization.yaml": "configMapGenerator: [{name: c, literals: [a=1, b=1]}]\n",
                "prod/kustomization.yaml":
                    "resources: [../base]\nconfigMapGenerator: [{name: c, behavior: merge, literals: [b=2, c=3]}]\n",
            ], at: "prod")
        #expect(output.contains("data:\n  a: \"1\"\n  b: \"2\"\n  c: \"3\"\n"))
    }

    @Test(arguments: [
        ("literals: [a=1, a=2]", "kustomization.yaml:1:22: ConfigMap c has the key \"a\" twice"),
        ("literals: [a]", "kustomization.yaml:1:43: \"a\" is no literal (write key=value)"),
        ("files: [none]", "kustomization.yaml:1:40: there is no file or folder none"),
        ("behavior: merge", "kustomization.yaml:1:1: there is no ConfigMap/c to merge"),
    ])
    func `what cannot be generated is told with its place`(arguments: String, error: String) async {
        let output = await built(["kustomization.yaml": "configMapGenerator: [{name: c, \(arguments)}]\n"])
        #expect(output.hasPrefix(error), "\(output)")
    }
}
