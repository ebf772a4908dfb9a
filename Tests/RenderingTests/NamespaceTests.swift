// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Manifest
import Model
import Rendering
import TestSupport
import Testing

@Suite struct NamespaceTests {
    private func render(_ yaml: String, in namespace: Text?) async throws -> RenderOutput {
        let input = RenderInput(spec: RenderSpec(path: .root, application: "web"), namespace: namespace)
        return try await Renderers().render(input, in: MemoryTree(files: ["a.yaml": yaml]))
    }

    private let objects = """
        {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}
        ---
        {apiVersion: v1, kind: ConfigMap, metadata: {name: b, namespace: other}}
        ---
        {apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: c}}
        ---
        {apiVersion: example.org/v1, kind: Wide, metadata: {name: d}}
        ---
        {apiVersion: example.org/v1, kind: Narrow, metadata: {name: e}}
        ---
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: wides.example.org}
        spec: {group: example.org, scope: Cluster, names: {kind: Wide}}
        """

    @Test func `objects that lie in a namespace and name none get the application's`() async throws {
        let output = try await render(objects, in: "shop")
        #expect(output.objects.map(\.id.namespace) == ["shop", "other", "", "", "shop", ""])
        #expect(
            output.objects.map { $0.manifest["metadata"]?["namespace"] } == ["shop", "other", nil, nil, "shop", nil])
    }

    @Test func `the namespace is part of what is rendered`() async throws {
        let none = try await render(objects, in: nil)
        let one = try await render(objects, in: "shop")
        let two = try await render(objects, in: "bank")
        #expect(Set([none, one, two].map(\.digest)).count == 3)
        #expect(one.objects[1].digest == two.objects[1].digest)
        #expect(one.objects[0].digest != two.objects[0].digest)
    }

    @Test func `two objects that become one are refused with both places`() async throws {
        let twice = """
            {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}
            ---
            {apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: shop}}
            """
        await #expect(throws: RenderError.self) { try await render(twice, in: "shop") }
        #expect(try await render(twice, in: "bank").objects.count == 2)
    }
}
