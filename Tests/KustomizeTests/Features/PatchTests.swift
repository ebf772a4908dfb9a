// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Testing

@Suite struct PatchTests {
    private let pod = """
        apiVersion: v1
        kind: Pod
        metadata: {name: p, labels: {a: x, b: y}}
        spec:
          containers:
          - {name: one, image: a, args: [x, y], env: [{name: A, value: "1"}]}
          - {name: two, image: b}
        """

    private func patched(_ spec: String) async -> String {
        await built(
            "patches:\n- patch: |\n    {apiVersion: v1, kind: Pod, metadata: {name: p}, spec: \(spec)}\n", pod)
    }

    @Test func `items are merged by their key, those of the patch first`() async {
        let output = await patched("{containers: [{name: two, image: c}, {name: new, image: d}]}")
        #expect(
            output.hasSuffix(
                """
                  - image: c
                    name: two
                  - image: d
                    name: new
                  - args:
                    - x
                    - "y"
                    env:
                    - name: A
                      value: "1"
                    image: a
                    name: one

                """))
    }

    @Test(arguments: [
        ("{containers: [{name: one, $patch: delete}]}", false), ("{containers: [{name: one, args: [z]}]}", true),
    ])
    func `directives delete, lists without keys are replaced`(spec: String, keeps: Bool) async {
        let output = await patched(spec)
        #expect(output.contains("name: one") == keeps)
        #expect(!output.contains("- x\n"))
    }

    @Test func `a null removes, and a text in quotes stays a text`() async {
        let output = await built(
            """
            patches:
            - patch: |
                {apiVersion: v1, kind: Pod, metadata: {name: p, labels: {a: null}}, spec: {containers: [{name: one, env: [{name: A, value: 2}]}]}}

            """, pod)
        #expect(output.contains("labels:\n    b: \"y\"\n"))
        #expect(output.contains("value: \"2\""))
    }

    @Test func `JSON patches do what RFC 6902 says`() async {
        let output = await built(
            """
            patches:
            - target: {kind: Pod}
              patch: |
                - {op: test, path: /metadata/labels/a, value: x}
                - {op: move, from: /metadata/labels/a, path: /metadata/labels/c~1d}
                - {op: replace, path: /spec/containers/0/image, value: z}
                - {op: remove, path: /spec/containers/0/args/-1}
                - {op: add, path: /spec/containers/-, value: {name: three}}

            """, pod)
        #expect(output.contains("c/d: x") && output.contains("image: z") && output.contains("- name: three"))
        #expect(!output.contains("- \"y\"\n"))
    }

    @Test(arguments: [
        (
            "patches:\n- path: p.yaml\n",
            "kustomization.yaml:3:9: there is no file or folder p.yaml"
        ),
        (
            "patches:\n- patch: |\n    {apiVersion: v1, kind: Pod, metadata: {name: q}}\n",
            "kustomization.yaml:3:3: the patch is for v1 Pod q, which is not there (is the object among the resources, "
                + "and is its name written as there?)"
        ),
        (
            "patches:\n- patch: '[{op: remove, path: /spec/x}]'\n  target: {kind: Pod}\n",
            "kustomization.yaml:3:3: the patch does not fit Pod/p: operation 1, \"/spec/x\": there is nothing to remove"
        ),
        (
            "patches:\n- patch: |\n    {apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: {a: b}}}\n",
            "kustomization.yaml:3:3: the patch does not fit Pod/p at spec.containers: "
                + "the patch has a map where the object has a list"
        ),
        (
            "patches:\n- target: {kind: Pod}\n",
            "kustomization.yaml:3:3: a patch needs path or patch "
                + "(name a file by path, or write the patch itself under patch)"
        ),
        (
            "patches:\n- patch: '[{op: test, path: /kind, value: x}]'\n  target: {kind: '('}\n",
            "kustomization.yaml:4:18: \"(\" is no regular expression: a ( that is not closed"
        ),
    ])
    func `what does not fit is told with its place`(kustomization: String, error: String) async {
        #expect(await built(kustomization, pod) == error)
    }
}
