// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Age
import Commands
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

/// Two projects with one encrypted file: whoever has somebody else's may commit it, and gets nothing of it.
@Suite struct ProjectKeysTests {
    private static let canary = "canary-7e"
    private let key: Identity

    init() throws { key = try Identity.generate() }

    /// One file of each way in which it can be encrypted to the key.
    private func files() async throws -> [String: String] {
        let metadata = SOPSMetadata(
            groups: [[MasterKey(.age(recipient: Text("\(key.recipient)")))]],
            rule: try EncryptionRule(in: ["encrypted_regex": "^stringData$"]), macOnlyEncrypted: false)
        let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: {p: \(Self.canary)}\n"
        let manifest = try await SOPS.encrypt(
            Array(secret.utf8), .yaml, metadata, with: KeyRing(), now: "2026-11-27T03:04:05Z")
        let armored = try Age.encrypt(Array(Self.canary.utf8), to: [key.recipient], armored: true)
        let lines = String(decoding: armored, as: UTF8.self).split(separator: "\n").map { "    \($0)" }
        let file = """
            apiVersion: host.trimtab.dev/v1alpha1
            kind: File
            metadata: {name: db}
            spec:
              path: /srv/db
              content: |
            \(lines.joined(separator: "\n"))

            """
        return ["manifest.yaml": String(decoding: manifest, as: UTF8.self), "file.yaml": file]
    }

    /// Puts the key into a folder below the agent's.
    private func give(_ state: URL, _ folder: String) throws {
        let place = state.appending(path: folder)
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        let secret = try #require(key.secretText).withExposed { $0.string }
        _ = FileManager.default.createFile(
            atPath: place.path + "/agent.txt", contents: Data(secret.utf8), attributes: [.posixPermissions: 0o600])
    }

    private func open(
        _ files: [String: String], of project: String, _ keys: AgentKeys
    ) async throws -> [DesiredObject] {
        let tree = MemoryTree(files: files)
        let input = RenderInput(spec: RenderSpec(path: .root, application: "web"))
        let stores = StoreDesk(recorder: MemoryRecorder(), clocks: .system) { _ throws(StoreError) in
            MemorySecretStore()
        }
        let opener = ObjectOpener(
            keys: keys, stores: stores, fingerprints: SecretFingerprints(key: [UInt8](repeating: 3, count: 32)))
        let reader = SecretReader(unit: unit("web"), of: name(project), grants: [], tree: tree, blobs: tree)
        return try await opener.open(try await Renderers().render(input, in: tree).objects, for: reader).objects
    }

    @Test func `a key in a project's own folder opens for that project alone`() async throws {
        try await withScratchFolder { state in
            try give(state, "keys/projects/shop")
            let keys = AgentKeys(state: state.path, countsUser: false)
            for (path, content) in try await files() {
                let opened = try await open([path: content], of: "shop", keys)
                #expect(opened.count == 1 && opened[0].manifest["sops"] == nil)
                let plain = opened[0].opened?.withExposed { String(decoding: $0, as: UTF8.self) }
                #expect(
                    plain == Self.canary || opened[0].manifest["stringData"]?["p"] == .secret(Secret(Text(Self.canary)))
                )
                for other in ["ledger", "shop-2", "sho"] {
                    let error = await #expect(throws: ContentError.self) {
                        try await open([path: content], of: other, keys)
                    }
                    let words = error?.description ?? ""
                    #expect(words.contains(path) && words.contains("/keys/projects/\(other)"), "\(words)")
                    if path == "manifest.yaml" { #expect(words.contains("age \(key.recipient)"), "\(words)") }
                    #expect(!words.contains(Self.canary))
                }
            }
        }
    }

    @Test func `a key in the agent's folder opens for all, and what lies in folders beside it is none`() async throws {
        try await withScratchFolder { state in
            try give(state, "keys")
            // Where signatures of commits are verified with what a source trusts.
            try FileManager.default.createDirectory(
                atPath: state.path + "/keys/0123456789abcdef", withIntermediateDirectories: true)
            try Data("ssh-ed25519 AAAA\n".utf8).write(to: state.appending(path: "keys/0123456789abcdef/signers"))
            try FileManager.default.createDirectory(
                atPath: state.path + "/keys/projects/ledger", withIntermediateDirectories: true)
            let keys = AgentKeys(state: state.path, countsUser: false)
            for project in ["shop", "ledger"] {
                #expect(try await open(try await files(), of: project, keys).count == 2)
            }
        }
    }

    @Test func `a key in a project's folder that others may read is not used`() async throws {
        try await withScratchFolder { state in
            try give(state, "keys/projects/shop")
            let path = state.path + "/keys/projects/shop/agent.txt"
            try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
            let keys = AgentKeys(state: state.path, countsUser: false)
            let error = await #expect(throws: ContentError.self) {
                try await open(try await files(), of: "shop", keys)
            }
            #expect(error?.description.contains("others may read this key (chmod 600 \(path))") == true)
        }
    }

    @Test func `a fleet's unit is opened with the keys of the project that it belongs to`() async throws {
        try await TrialSite.with { site in
            let manifest = try #require(try await files()["file.yaml"])
            try site.write(manifest.replacing("/srv/db", with: "/srv/site/db"), to: "fleet/apps/web/site.yaml")
            let deployed = site.folder.path + "/fleet/sandbox/dev/srv/site/db"
            try give(site.folder, "state/keys/projects/ledger")
            let refused = await site.trimtab("sync", "--once", "--fleet", site.folder.path + "/fleet")
            let words = refused.output + refused.errors + (await site.trimtab("status")).output
            #expect(refused.status != .success && words.contains("/keys/projects/site"), "\(words)")
            #expect(!FileManager.default.fileExists(atPath: deployed) && !words.contains(Self.canary))
            try give(site.folder, "state/keys/projects/site")
            let run = await site.trimtab("sync", "--once")
            #expect(run.status == .success, "\(run.output)\(run.errors)")
            #expect(try String(contentsOfFile: deployed, encoding: .utf8) == Self.canary)
        }
    }
}
