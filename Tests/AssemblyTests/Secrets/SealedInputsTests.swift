// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Age
import Engine
import Fleet
import Foundation
import Manifest
import Model
import Rendering
import Secrets
import TestSupport
import Testing

@testable import Assembly

/// Files of SOPS that are inputs of a renderer: rendered as they are, opened afterwards.
@Suite struct SealedInputsTests {
    private let key: Identity

    init() throws { key = try Identity.generate() }

    private func encrypt(_ plain: String, _ format: SOPS.Format) async throws -> String {
        let metadata = SOPSMetadata(
            groups: [[MasterKey(.age(recipient: Text("\(key.recipient)")))]], rule: .standard, macOnlyEncrypted: false)
        let file = try await SOPS.encrypt(
            Array(plain.utf8), format, metadata, with: KeyRing(), now: "2026-11-27T03:04:05Z")
        return String(decoding: file, as: UTF8.self)
    }

    private func render(_ files: [String: String]) async throws -> RenderOutput {
        let spec = RenderSpec(path: .root, application: "web")
        return try await Renderers([.kustomize: KustomizeRenderer()]).render(
            RenderInput(spec: spec), in: MemoryTree(files: files))
    }

    private func open(_ files: [String: String]) async throws -> OpenedObjects {
        try await withScratchFolder { state in
            let keys = state.appending(path: "keys")
            try FileManager.default.createDirectory(at: keys, withIntermediateDirectories: true)
            let secret = try #require(key.secretText).withExposed { $0.string }
            _ = FileManager.default.createFile(
                atPath: keys.path + "/key", contents: Data(secret.utf8), attributes: [.posixPermissions: 0o600])
            let stores = StoreDesk(recorder: MemoryRecorder(), clocks: .system) { _ throws(StoreError) in
                MemorySecretStore()
            }
            let opener = ObjectOpener(
                keys: AgentKeys(state: state.path, countsUser: false), stores: stores,
                fingerprints: SecretFingerprints(key: [UInt8](repeating: 3, count: 32)))
            let rendered = try await render(files).objects
            let tree = MemoryTree(files: files)
            #expect(rendered.contains(where: opener.concerns))
            return try await opener.open(
                rendered,
                for: SecretReader(unit: unit("web"), of: name("shop"), grants: [], tree: tree, blobs: tree))
        }
    }

    private static let kustomization = """
        kind: Kustomization
        secretGenerator:
          - name: db
            envs: [db.env]
            files: [whole.yaml, raw=raw.key]
        configMapGenerator:
          - name: plain
            literals: [a=b]

        """

    private func inputs() async throws -> [String: String] {
        [
            "kustomization.yaml": Self.kustomization,
            "db.env": try await encrypt("PASSWORD=canary-1\nUSER=shop\n", .dotenv),
            "whole.yaml": try await encrypt("password: canary-2\n", .yaml),
            "raw.key": try await encrypt("canary-3\u{7F}\n", .binary),
        ]
    }

    private func data(_ key: Text, _ object: DesiredObject) -> String? {
        guard case .secret(let text)? = object.manifest["data"]?[key] else { return nil }
        return text.withExposed { Base64.decode($0.utf8) }.map { String(decoding: $0, as: UTF8.self) }
    }

    @Test func `what a generator reads is opened after the render, and SOPS's own lines are no variables`() async throws
    {
        let opened = try await open(try await inputs())
        let secret = try #require(opened.objects.first { $0.id.kind == "Secret" })
        #expect(data("PASSWORD", secret) == "canary-1")
        #expect(data("USER", secret) == "shop")
        #expect(data("whole.yaml", secret) == "password: canary-2\n")
        #expect(data("raw", secret) == "canary-3\u{7F}\n")
        #expect(secret.manifest["data"]?.objectValue?.count == 4)
        #expect(secret.manifest["encryptedInputs"] == nil)
        #expect(opened.accesses.map(\.place) == ["file:db.env", "file:raw.key", "file:whole.yaml"])
        #expect(opened.accesses.allSatisfy { $0.recipients == [Text("age \(key.recipient)")] })
    }

    @Test func `a render is the same with keys and without, and holds nothing plain`() async throws {
        let output = try await render(try await inputs())
        #expect(!output.isTainted)
        let text = String(decoding: JSON.write(.array(output.objects.map(\.manifest))), as: UTF8.self)
        for canary in ["canary-1", "canary-2", "canary-3"] {
            #expect(CanarySearch(canary).found(in: Array(text.utf8)) == nil)
        }
        let secret = try #require(output.objects.first { $0.id.kind == "Secret" })
        let shown = secret.manifest.hidingSecrets
        #expect(shown["data"]?["PASSWORD"] == "<encrypted>")
        #expect(shown["data"]?["whole.yaml"] == "<encrypted>")
    }

    @Test func `texts amid others are opened, and what stands in no input is refused`() async throws {
        let file = try await encrypt("password: canary-4\n", .yaml)
        let line = try #require(file.split(separator: "\n").first { $0.contains("ENC[") })
        let encrypted = String(line.dropFirst("password: ".count))
        func object(_ text: String) -> DesiredObject {
            DesiredObject(
                id: ObjectID(group: "", kind: "ConfigMap", namespace: "", name: "a"), apiVersion: "v1",
                manifest: ["kind": "ConfigMap", "data": ["url": .string(Text(text))]], wave: 0, blobs: [],
                origin: "a.yaml:1", digest: Digest(of: []))
        }
        let ring = KeyRing(identities: [key])
        let texts = try await SOPS.decrypt(Array(file.utf8), .yaml, with: ring).texts()
        let sealed = SealedInputs(texts: texts, ring: ring)
        let opened = try await sealed.open(object("db://shop:\(encrypted)@host"))
        #expect(opened.manifest["data"]?["url"] == .secret(Secret("db://shop:canary-4@host")))
        let other = encrypted.replacing("data:", with: "data:A")
        await #expect(throws: SecretsError.self) { try await sealed.open(object(other)) }
    }
}
