// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Kustomize
import Testing

/// Many patches of one file are merged side by side; in files of a few they are merged one after the other.
@Suite struct SideBySideTests {
    private let count = 150
    private var objects: String { (0..<count).map { deployment("web-\($0)") }.joined(separator: "---\n") }

    private func patch(_ number: Int, _ spec: String) -> String {
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web-\(number)\n\(spec)\n"
    }

    private func patches() -> [String] {
        (0..<count).map { number in
            patch(number, "spec: {replicas: \(number), template: {spec: {containers: [{name: web, tty: true}]}}}")
        }
    }

    /// - Parameter size: patches of a file.
    private func built(
        _ patches: [String], inFilesOf size: Int, steps: Int = KustomizeBudget.build.steps
    ) async -> String {
        var files = ["objects.yaml": objects]
        var entries = ""
        for start in stride(from: 0, to: patches.count, by: size) {
            files["patches-\(start).yaml"] =
                patches[start..<min(start + size, patches.count)].joined(separator: "---\n")
            entries += "- path: patches-\(start).yaml\n"
        }
        files["kustomization.yaml"] = "resources: [objects.yaml]\npatches:\n" + entries
        var budget = KustomizeBudget.build
        budget.steps = steps
        return await KustomizeTests.built(files, options: .init(order: .none, budget: budget))
    }

    @Test func `they come to the same as one after the other, whatever their order`() async {
        var patches = patches()
        patches[70] = patch(70, "$patch: delete")
        patches[71] = patch(71, "spec: {template: {spec: {containers: [{name: web, $patch: delete}]}}}")
        patches.reverse()
        let output = await built(patches, inFilesOf: count)
        #expect(output == (await built(patches, inFilesOf: 30)))
        #expect(output.contains("replicas: 149") && !output.contains("name: web-70\n"), "\(output.prefix(500))")
    }

    @Test func `of several that do not fit the first is told of`() async {
        var patches = patches()
        for number in [140, 20, 90] { patches[number] = patch(number, "spec: {template: {spec: {containers: 7}}}") }
        let output = await built(patches, inFilesOf: count)
        #expect(output.contains("web-20 at spec.template.spec.containers"), "\(output.prefix(500))")
    }

    @Test func `two patches for one object are merged in their order`() async {
        var patches = patches()
        patches[90] = patch(3, "spec: {replicas: 1000}")
        patches.swapAt(3, 120)
        let output = await built(patches, inFilesOf: count)
        #expect(output == (await built(patches, inFilesOf: 30)))
        #expect(!output.contains("replicas: 1000"))
    }

    @Test func `they may take as many steps together as one after the other`() async {
        let patches = patches()
        func isEnough(_ steps: Int, inFilesOf size: Int) async -> Bool {
            let output = await built(patches, inFilesOf: size, steps: steps)
            let tells = output.contains("the patches of this build take too long")
            #expect(tells || output.contains("replicas: 149"), "\(output.prefix(500))")
            return !tells
        }
        // The least that is enough for one after the other. No share of them needs as much by itself.
        var (low, high) = (0, 1 << 16)
        while low < high {
            let middle = (low + high) / 2
            if await isEnough(middle, inFilesOf: 30) { high = middle } else { low = middle + 1 }
        }
        #expect(low > count)
        #expect(await isEnough(low, inFilesOf: count))
        // Beside each other they spare some of what each file costs, and no more.
        #expect(await !isEnough(low / 2, inFilesOf: count))
    }

    @Test func `a patch for what is not there is an error that names it`() async {
        let output = await built(patches() + [patch(7000, "spec: {replicas: 1}")], inFilesOf: 1000)
        #expect(output.contains("web-7000, which is not there"), "\(output.prefix(500))")
    }
}
