// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
@testable import Fleet
import Manifest
import Model
import Rendering
import Secrets
import TestSupport
import Testing

@testable import Assembly

/// Which content an object is that has something from a store.
@Suite struct MappedDigestTests {
    private let memory = MemorySecretStore()

    private func open(_ files: [String: String]) async throws -> DesiredObject {
        let memory = memory
        let stores = StoreDesk(recorder: MemoryRecorder(), clocks: .system) { _ throws(StoreError) in memory }
        let opener = ObjectOpener(
            keys: AgentKeys(state: "/nonexistent", countsUser: false), stores: stores,
            fingerprints: SecretFingerprints(key: [UInt8](repeating: 3, count: 32)))
        let tree = MemoryTree(files: files)
        let input = RenderInput(spec: RenderSpec(path: .root, application: "web"))
        let rendered = try await Renderers().render(input, in: tree).objects
        let store = SecretStore(
            name: try #require(SecretStoreName("vault")),
            place: .vault(connection: "main", engine: "secret", edition: .two), interval: .seconds(60))
        let grants = [SecretGrant(store: store, paths: [try #require(StorePattern("**"))])]
        let reader = SecretReader(unit: unit("web"), of: name("shop"), grants: grants, tree: tree, blobs: tree)
        return try #require(try await opener.open(rendered, for: reader).objects.first)
    }

    private func open() async throws -> DesiredObject {
        try await open([
            "a.yaml": """
            apiVersion: v1
            kind: Secret
            metadata: {name: db}
            ---
            apiVersion: secrets.trimtab.dev/v1alpha1
            kind: SecretMapping
            metadata: {name: db}
            spec:
              values:
                password: {store: vault, path: shop/db, key: password}

            """
        ])
    }

    @Test func `another value is another content, also when a store that was set up anew gives it the same number`()
        async throws
    {
        memory.put("shop/db", ["password": "canary-old"])
        let first = try await open()
        #expect(try await open().digest == first.digest)
        memory.takeBack("shop/db")
        memory.put("shop/db", ["password": "canary-new"])
        let second = try await open()
        #expect(second.digest != first.digest)
        memory.put("shop/db", ["password": "canary-new"])
        #expect(try await open().digest != second.digest, "another version")
    }
}
