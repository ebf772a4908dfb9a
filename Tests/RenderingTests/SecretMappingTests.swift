// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Manifest
import Model
import Rendering
import TestSupport
import Testing

/// What a render makes of mappings of secrets: a note in the object that they are about.
@Suite struct SecretMappingTests {
    private static let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\n"
    private static let mapping = """
        apiVersion: secrets.trimtab.dev/v1alpha1
        kind: SecretMapping
        metadata: {name: db}
        spec:
          values:
            password: {store: vault, path: shop/db, key: password}

        """

    private func render(_ files: [String: String], namespace: Text? = nil) async throws -> RenderOutput {
        let spec = RenderSpec(path: .root, application: "web")
        return try await Renderers([.kustomize: KustomizeRenderer()]).render(
            RenderInput(spec: spec, namespace: namespace), in: MemoryTree(files: files))
    }

    private func file(_ content: String) -> String {
        "apiVersion: host.trimtab.dev/v1alpha1\nkind: File\nmetadata: {name: db}\nspec: {path: /a, content: \"\(content)\"}\n"
    }

    @Test func `it is no object, and stands in the object that it is about`() async throws {
        let output = try await render(["a.yaml": Self.secret, "b.yaml": Self.mapping])
        #expect(output.objects.map(\.id.kind) == ["Secret"])
        #expect(!output.isTainted)
        let found = try #require(try SecretMapping(of: output.objects[0]))
        #expect(found.values.map(\.key) == ["password"])
        #expect(found.values.first?.value.place == "vault:shop/db")
    }

    @Test func `another reference is another content`() async throws {
        let first = try await render(["a.yaml": Self.secret, "b.yaml": Self.mapping])
        let other = Self.mapping.replacing("shop/db", with: "shop/other")
        let second = try await render(["a.yaml": Self.secret, "b.yaml": other])
        #expect(first.digest != second.digest)
    }

    @Test func `namespaces are those that the application says`() async throws {
        let placed = Self.secret.replacing("{name: db}", with: "{name: db, namespace: shop}")
        let output = try await render(["a.yaml": placed, "b.yaml": Self.mapping], namespace: "shop")
        #expect(try SecretMapping(of: output.objects[0]) != nil)
        await #expect(throws: RenderError.self) {
            try await render(["a.yaml": placed, "b.yaml": Self.mapping], namespace: "other")
        }
    }

    @Test func `in a kustomization it names the object as it is once all is rendered`() async throws {
        let files = [
            "kustomization.yaml": "namePrefix: my-\nresources: [a.yaml, b.yaml]\n", "a.yaml": Self.secret,
            "b.yaml": Self.mapping,
        ]
        let output = try await render(files)
        #expect(try output.objects.map(\.id.name) == ["my-db"] && SecretMapping(of: output.objects[0]) != nil)
        func naming(_ name: String) -> [String: String] {
            let mapping = Self.mapping.replacing("spec:\n", with: "spec:\n  object: {name: \(name)}\n")
            return files.merging(["b.yaml": mapping]) { _, new in new }
        }
        #expect(try SecretMapping(of: try await render(naming("my-db")).objects[0]) != nil)
        await fails(naming("db"), "there is no Secret \"db\"")
    }

    @Test func `a file has a place for every value`() async throws {
        let mapping = Self.mapping.replacing("spec:\n", with: "spec:\n  object: {kind: File, name: db}\n")
        let output = try await render(["a.yaml": file("p=${password}"), "b.yaml": mapping])
        #expect(output.objects[0].manifest["secretMapping"]?["password"] != nil)
        await fails(["a.yaml": file("p=$password"), "b.yaml": mapping], "has no ${password} in its content")
    }

    @Test(arguments: [
        ("store: vault", "store: Vault", "is not a name"),
        ("path: shop/db", "path: ../db", "is not a path in a store"),
        ("key: password", "kye: password", "unknown field \"kye\""),
        ("password: {", "\"pass word\": {", "is not a name of letters"),
        ("v1alpha1", "v2", "is not one of secrets.trimtab.dev/v1alpha1"),
        ("metadata: {name: db}", "metadata: {name: other}", "there is no Secret \"other\""),
    ])
    func `what is not in order is refused with its place`(part: String, broken: String, reason: String) async {
        await fails(["a.yaml": Self.secret, "b.yaml": Self.mapping.replacing(part, with: broken)], reason, "b.yaml:")
    }

    @Test func `a key has one origin, and an object one mapping`() async {
        await fails(
            ["a.yaml": Self.secret + "stringData: {password: x}\n", "b.yaml": Self.mapping], "has a value of its own")
        let second = Self.mapping.replacing("metadata: {name: db}", with: "metadata: {name: two}")
            .replacing("spec:\n", with: "spec:\n  object: {name: db}\n")
        await fails(
            ["a.yaml": Self.secret, "b.yaml": Self.mapping, "c.yaml": second], "another SecretMapping is about")
    }

    @Test func `values go into the places of their names, once, and nowhere else`() {
        let values: [Text: Secret<[UInt8]>] = [
            "a": Secret(Array("${b}".utf8)), "b": Secret([0, 255]), "unused": Secret([1]),
        ]
        let filled = SecretTemplate.filled("x${a}y${b}z${c}$a${", with: values)
        #expect(filled.used == ["a", "b"])
        #expect(filled.bytes == Secret(Array("x${b}y".utf8) + [0, 255] + Array("z${c}$a${".utf8)))
    }

    private func fails(_ files: [String: String], _ reason: String, _ place: String = "") async {
        let error = await #expect(throws: RenderError.self) { try await render(files) }
        let text = error?.description ?? ""
        #expect(text.contains(reason) && text.contains(place), "\(text)")
    }
}
