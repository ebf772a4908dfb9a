// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Kustomize
import Manifest
import Testing

@Suite struct BadInputTests {
    @Test func `a base within itself is a cycle`() async {
        let error = await built(
            ["a/kustomization.yaml": "resources: [../b]\n", "b/kustomization.yaml": "resources: [../a]\n"], at: "a")
        #expect(
            error == """
                b/kustomization.yaml:1:13: a cycle: a is being built already \
                (a base must not name, nor hold, what is built upon it)
                  named by a/kustomization.yaml:1
                """)
    }

    @Test(arguments: [
        ("resources: [../../etc]", "kustomization.yaml:1:13: \"../../etc\" lies outside the repository"),
        ("resources: [/etc/passwd]", "kustomization.yaml:1:13: \"/etc/passwd\" is an absolute path"),
        ("resources: [missing]", "kustomization.yaml:1:13: there is no file or folder missing"),
        (
            "resorces: [a]",
            "kustomization.yaml:1:1: a kustomization has no field \"resorces\" (did you mean \"resources\"?)"
        ),
        (
            "namePrefix: 1",
            "kustomization.yaml:1:13: namePrefix must be a text, not a number (quote it to make it a text)"
        ),
        ("helmCharts: [{name: a}]", "kustomization.yaml:1:14: Helm charts are not rendered here"),
        (
            "resources: ['https://github.com/a/b//c?ref=v1']",
            "kustomization.yaml:1:13: \"https://github.com/a/b//c?ref=v1\" lies in another repository"
        ),
        (
            "transformers: [\"apiVersion: x/v1\\nkind: Y\\nmetadata: {name: z}\\n\"]",
            "kustomization.yaml:1:1: x/v1 Y is a plugin"
        ),
        ("", "kustomization.yaml: the kustomization is empty"),
    ])
    func `what cannot be built is told with its place`(kustomization: String, error: String) async {
        let output = await built(["kustomization.yaml": kustomization])
        #expect(output.hasPrefix(error), "\(output)")
    }

    @Test func `an object that is there twice names both places`() async {
        let error = await built([
            "kustomization.yaml": "resources: [a.yaml, b.yaml]\n", "a.yaml": deployment("web"),
            "b.yaml": deployment("web"),
        ])
        #expect(
            error == "b.yaml: Deployment/web is there already, from a.yaml (list it once, or rename one of the two)")
    }

    @Test func `budgets of files, objects, depth and time hold`() async {
        var budget = KustomizeBudget.build
        budget.objects = 1
        let objects = deployment("a") + "---\n" + deployment("b")
        let files = ["kustomization.yaml": "resources: [o.yaml]\n", "o.yaml": objects]
        #expect(
            await built(files, options: .init(budget: budget))
                == "o.yaml: more than 1 objects (split the kustomization)")
        budget = .build
        budget.files = 1
        #expect(await built(files, options: .init(budget: budget)).contains("more than 1 files are read for one build"))
        budget = .build
        budget.steps = 3
        let patch = "patches: [{patch: '{apiVersion: apps/v1, kind: Deployment, metadata: {name: a}, spec: {x: 1}}'}]\n"
        #expect(
            await built(
                ["kustomization.yaml": "resources: [o.yaml]\n" + patch, "o.yaml": objects],
                options: .init(budget: budget)
            ).contains("the patches of this build take too long"))
        budget = .build
        budget.depth = 2
        let nested = [
            "a/kustomization.yaml": "resources: [../b]\n", "b/kustomization.yaml": "resources: [../c]\n",
            "c/kustomization.yaml": "namePrefix: x\n",
        ]
        #expect(
            await built(nested, at: "a", options: .init(budget: budget)).hasPrefix(
                "c/kustomization.yaml: kustomizations nested deeper than 2"))
    }

    @Test func `a pattern made to hang does not`() async {
        let name = String(repeating: "a", count: 5000)
        let output = await built(
            "images: [{name: '(a+)+(a+)+b', newTag: '2'}]\n", deployment("web", image: name))
        #expect(output == deployment("web", image: name))
    }
}
