// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import Manifest
import Model
import Rendering
import TestSupport
import Testing

@testable import Assembly

/// Secrets that nothing encrypted: they are known by where they stand.
@Suite struct ConfidentialTests {
    private static let secret: Value = [
        "apiVersion": "v1", "kind": "Secret",
        "metadata": [
            "name": "database", "labels": ["app": "shop"],
            "annotations": [
                "kubectl.kubernetes.io/last-applied-configuration": "{\"data\":{\"password\":\"aHVudGVyMg==\"}}",
                "note": "seen",
            ],
        ],
        "type": "Opaque",
        "data": [
            "password": "aHVudGVyMg==", "sealed": "ENC[AES256_GCM,data:AA==,iv:AA==,tag:AA==,type:str]",
        ],
        "stringData": ["plain": "hunter2"],
    ]

    private static func file(_ mode: Value?) -> Value {
        var spec: Object = ["path": "/srv/a", "content": "hunter2"]
        spec["mode"] = mode
        return ["apiVersion": "host.trimtab.dev/v1alpha1", "kind": "File", "spec": .object(spec)]
    }

    @Test func `of a Secret is shown what it is called, and nothing of what it holds`() {
        let shown = Self.secret.hidingSecrets
        #expect(shown["metadata"]?["labels"] == ["app": "shop"] && shown["type"] == "Opaque")
        #expect(shown["metadata"]?["annotations"]?["note"] == "seen")
        #expect(shown["data"] == ["password": "<secret>", "sealed": "<encrypted>"])
        #expect(shown["stringData"] == ["plain": "<secret>"])
        let text = String(decoding: JSON.write(shown), as: UTF8.self)
        #expect(!text.contains("hunter2") && !text.contains("aHVudGVyMg"))
    }

    @Test func `a part of a manifest is shown as it is in the whole`() {
        for (manifest, paths) in [
            (Self.secret, [[], ["data"], ["data", "password"], ["stringData", "plain"], ["metadata"], ["type"]]),
            (Self.file("0600"), [[], ["spec"], ["spec", "content"], ["spec", "path"]]),
            (Self.file("0644"), [["spec", "content"]]),
        ] as [(Value, [FieldPath])] {
            for path in paths {
                let part = path.isEmpty ? manifest : manifest[path]
                let shown = part.map { manifest.hidingSecrets(in: $0, at: path) }
                #expect(shown == (path.isEmpty ? manifest.hidingSecrets : manifest.hidingSecrets[path]), "\(path)")
            }
        }
        let metadata: Value = ["mac": "ENC[AES256_GCM,data:AA==,iv:AA==,tag:AA==,type:str]", "age": []]
        #expect(Self.secret.hidingSecrets(in: metadata, at: ["sops"]) == "<encrypted>")
        let item = FieldPath([.key("data"), .key("list"), .index(1)])
        #expect(Self.secret.hidingSecrets(in: "hunter2", at: item) == "<secret>")
    }

    @Test func `of a patch for a Secret is shown whom it is for`() {
        let text: Value = ["patch": "{kind: Secret, metadata: {name: db}, stringData: {password: hunter2}}"]
        let named: Value = ["target": ["kind": "Secret"], "patch": ["stringData": ["password": "hunter2"]]]
        let other: Value = ["target": ["kind": "Deployment"], "patch": ["spec": ["replicas": 2]]]
        let settings: Value = .array([text, named, other])
        #expect(
            settings.hidingSecretPatches() == [
                ["patch": "<secret>"], ["target": ["kind": "Secret"], "patch": "<secret>"], other,
            ])
    }

    @Test(arguments: ["0600", "600", "0640", 384] as [Value])
    func `the content of a file that others may not read is not shown`(mode: Value) {
        #expect(Self.file(mode).isConfidential)
        #expect(Self.file(mode).hidingSecrets["spec"]?["content"] == "<secret>")
    }

    @Test(arguments: [nil, "0644", "0604", "none"] as [Value?])
    func `what anybody may read is shown`(mode: Value?) {
        #expect(!Self.file(mode).isConfidential)
        #expect(Self.file(mode).hidingSecrets == Self.file(mode))
        let map: Value = ["apiVersion": "v1", "kind": "ConfigMap", "data": ["a": "b"]]
        #expect(map.hidingSecrets == map)
    }

    @Test func `what is kept of a render comes back, and cannot be read on the disk`() async throws {
        try await withScratchFolder { folder in
            let key = StateCache.RenderKey(unit: unit("web"), recipe: Digest(of: [5]), request: Digest(of: [2]))
            let cache = try StateCache(path: folder.appendingPathComponent("cache.db").path)
            let search = CanarySearch("hunter2")
            let hidden = Self.objects([Self.secret, Self.file("0600")])
            try await cache.keep(hidden, as: Digest(of: [1]), for: key, reading: Trace())
            #expect(try await cache.objects(of: Digest(of: [1]), only: nil) == hidden)
            #expect(try search.files(below: folder.path) == [])
            // The search finds what anybody may read.
            let open = Self.objects([Self.file("0644")])
            try await cache.keep(open, as: Digest(of: [3]), for: key, reading: Trace())
            #expect(try await cache.objects(of: Digest(of: [3]), only: nil) == open)
            #expect(try !search.files(below: folder.path).isEmpty)
        }
    }

    private static func objects(_ manifests: [Value]) -> [DesiredObject] {
        manifests.enumerated().map { index, manifest in
            DesiredObject(
                id: object(Text("object-\(index)")), apiVersion: "v1", manifest: manifest, wave: 0, blobs: [],
                origin: "a.yaml:1", digest: manifest.digest())
        }
    }
}
