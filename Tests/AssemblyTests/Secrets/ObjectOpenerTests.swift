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

/// What a driver of any target is given for objects that lie encrypted in Git.
@Suite struct ObjectOpenerTests {
    private static let secrets = """
        apiVersion: v1
        kind: Secret
        metadata: {name: database}
        data:
          password: Y2FuYXJ5LTNj
        stringData:
          user: shop
        ---
        apiVersion: v1
        kind: Secret
        metadata: {name: mail}
        stringData:
          password: other
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: plain}
        data: {a: b}

        """

    private let key: Identity
    private let metadata: SOPSMetadata

    init() throws {
        key = try Identity.generate()
        metadata = SOPSMetadata(
            groups: [[MasterKey(.age(recipient: Text("\(key.recipient)")))]],
            rule: try EncryptionRule(in: ["encrypted_regex": "^(data|stringData)$"]), macOnlyEncrypted: false)
    }

    private func encrypt(_ plain: String, _ format: SOPS.Format = .yaml) async throws -> String {
        let file = try await SOPS.encrypt(
            Array(plain.utf8), format, metadata, with: KeyRing(), now: "2026-11-27T03:04:05Z")
        return String(decoding: file, as: UTF8.self)
    }

    /// Rendered and opened with the agent's key.
    ///
    /// - Parameter later: what the tree holds by then, which is not what was rendered.
    private func open(
        _ files: [String: String], later: [String: String]? = nil,
        _ change: ([DesiredObject]) -> [DesiredObject] = { $0 }
    ) async throws -> (rendered: [DesiredObject], opened: [DesiredObject]) {
        try await withScratchFolder { state in
            let keys = state.appending(path: "keys")
            try FileManager.default.createDirectory(at: keys, withIntermediateDirectories: true)
            let file = keys.appending(path: "key").path
            let secret = try #require(key.secretText).withExposed { $0.string }
            _ = FileManager.default.createFile(
                atPath: file, contents: Data(secret.utf8), attributes: [.posixPermissions: 0o600])
            let tree = MemoryTree(files: files)
            let spec = RenderSpec(path: .root, application: "web")
            let rendered = change(try await Renderers().render(RenderInput(spec: spec), in: tree).objects)
            let stores = StoreDesk(recorder: MemoryRecorder(), clocks: .system) { _ throws(StoreError) in
                MemorySecretStore()
            }
            let opener = ObjectOpener(
                keys: AgentKeys(state: state.path, countsUser: false), stores: stores,
                fingerprints: SecretFingerprints(key: [UInt8](repeating: 3, count: 32)))
            let reader = SecretReader(
                unit: unit("web"), of: name("shop"), grants: [], tree: later.map { MemoryTree(files: $0) } ?? tree,
                blobs: tree)
            return (rendered, try await opener.open(rendered, for: reader).objects)
        }
    }

    @Test func `the data of a Secret are secret leaves, and SOPS's metadata are gone`() async throws {
        let (rendered, opened) = try await open(["a.yaml": try await encrypt(Self.secrets)])
        #expect(opened.count == 3)
        #expect(opened[0].manifest["data"]?["password"] == .secret(Secret("Y2FuYXJ5LTNj")))
        #expect(opened[0].manifest["stringData"]?["user"] == .secret(Secret("shop")))
        #expect(opened[1].manifest["stringData"]?["password"] == .secret(Secret("other")))
        #expect(opened[2].manifest["data"]?["a"] == .secret(Secret("b")))
        for (before, after) in zip(rendered, opened) {
            #expect(after.manifest["sops"] == nil)
            #expect(after.manifest["metadata"] == before.manifest["metadata"])
            #expect(after.digest == before.digest, "the digest stays that of the encrypted text")
        }
        let shown = opened.map { String(decoding: JSON.write($0.manifest), as: UTF8.self) + "\($0)" }.joined()
        #expect(CanarySearch("canary-3c").found(in: Array(shown.utf8)) == nil)
        #expect(!shown.contains("Y2FuYXJ5"))
    }

    @Test func `JSON is opened, too, and what is plain passes through`() async throws {
        let json = #"{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a"}, "stringData": {"p": "x"}}"#
        let plain = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\ndata: {c: d}\n"
        let (rendered, opened) = try await open(["a.json": try await encrypt(json, .json), "b.yaml": plain])
        #expect(opened[0].manifest["stringData"]?["p"] == .secret(Secret("x")))
        #expect(opened[1] == rendered[1])
    }

    @Test func `what a renderer changed around the values does not matter`() async throws {
        let (_, opened) = try await open(["a.yaml": try await encrypt(Self.secrets)]) { objects in
            objects.map { object in
                var object = object
                guard var manifest = object.manifest.objectValue else { return object }
                manifest["metadata"] = ["name": "renamed", "labels": ["app": "shop"]]
                manifest["moved"] = manifest["stringData"] ?? .null
                object.manifest = .object(manifest)
                return object
            }
        }
        #expect(opened[0].manifest["moved"]?["user"] == .secret(Secret("shop")))
        #expect(opened[0].manifest["metadata"]?["name"] == "renamed")
    }

    @Test func `an encrypted value from elsewhere is refused`() async throws {
        let other = try await encrypt("apiVersion: v1\nkind: Secret\nmetadata: {name: o}\nstringData: {x: y}\n")
        let foreign = try #require(other.split(separator: "\"").first { $0.hasPrefix("ENC[") })
        let file = try await encrypt(Self.secrets)
        let error = await #expect(throws: ContentError.self) {
            try await open(["a.yaml": file]) { objects in
                objects.map { object in
                    var object = object
                    guard var manifest = object.manifest.objectValue else { return object }
                    manifest["stringData"] = ["x": .string(Text(String(foreign)))]
                    object.manifest = .object(manifest)
                    return object
                }
            }
        }
        #expect(error?.description.contains("does not stand in the file") == true, "\(String(describing: error))")
    }

    @Test func `a file that is named is opened as it was rendered, whatever lies at its path now`() async throws {
        let manifest = """
            apiVersion: host.trimtab.dev/v1alpha1
            kind: File
            metadata: {name: key}
            spec: {path: /srv/key, source: key.enc, encryption: sops}

            """
        let files = ["a.yaml": manifest, "key.enc": try await encrypt("old", .binary)]
        let (_, opened) = try await open(
            files, later: ["a.yaml": manifest, "key.enc": try await encrypt("new", .binary)])
        #expect(opened.first?.opened?.withExposed { $0 } == Array("old".utf8))
    }

    @Test func `a certificate is no file of age, and is shown`() async throws {
        let manifest = """
            apiVersion: host.trimtab.dev/v1alpha1
            kind: File
            metadata: {name: certificate}
            spec:
              path: /srv/certificate
              content: |
                -----BEGIN CERTIFICATE-----
                MIIB
                -----END CERTIFICATE-----

            """
        let (rendered, opened) = try await open(["a.yaml": manifest])
        #expect(opened == rendered && opened.first?.opened == nil)
        #expect(rendered.first?.manifest.hidingSecrets == rendered.first?.manifest)
    }

    @Test func `of a host's objects only the content of a File can be encrypted`() async throws {
        let plain = """
            apiVersion: host.trimtab.dev/v1alpha1
            kind: Link
            metadata: {name: a}
            spec: {path: /srv/a, target: b}
            data: {x: y}

            """
        let file = try await encrypt(plain)
        let error = await #expect(throws: ContentError.self) { try await open(["a.yaml": file]) }
        #expect(error?.description.contains("only the content of a File") == true, "\(String(describing: error))")
    }
}
