// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Age
import Commands
import Foundation
import KubernetesClient
import Manifest
import Secrets
import TestSupport
import Testing

/// Secrets of every origin, on a host and in a real cluster, through all that can happen to them; then everything that
/// was written, printed and logged meanwhile is searched for them.
@Suite(.serialized, .enabled(if: TestCluster.isThere, Comment(rawValue: TestCluster.hint)), .timeLimit(.minutes(8)))
struct CanaryClusterTests {
    private enum Origin: String, CaseIterable {
        case manifest, hostFile, generator, store
    }

    private let mark = UInt32.random(in: 0...UInt32.max)
    private let key: Identity

    init() throws { key = try Identity.generate() }

    private func canary(_ origin: Origin, _ round: Int) -> String { "canary-\(origin.rawValue)-\(mark)-round\(round)" }

    private var canaries: [String] { Origin.allCases.map { "canary-\($0.rawValue)-\(mark)" } }

    private func encrypt(_ plain: String, _ format: SOPS.Format, _ regex: Text? = nil) async throws -> String {
        let rule = try regex.map { try EncryptionRule(in: ["encrypted_regex": .string($0)]) } ?? .standard
        let metadata = SOPSMetadata(
            groups: [[MasterKey(.age(recipient: Text("\(key.recipient)")))]], rule: rule, macOnlyEncrypted: false)
        let file = try await SOPS.encrypt(
            Array(plain.utf8), format, metadata, with: KeyRing(identities: [key]), now: "2026-11-27T03:04:05Z")
        return String(decoding: file, as: UTF8.self)
    }

    @Test func `nothing of a secret is anywhere but on its target`() async throws {
        try await ClusterFleet.with { fleet in
            let site = fleet.site
            try prepare(fleet)
            try await write(fleet, round: 1)
            var printed: [(command: String, text: String)] = []
            func run(_ arguments: [String]) async -> CommandRun {
                let run = await site.trimtab(arguments)
                printed.append((arguments.joined(separator: " "), run.output + run.errors))
                return run
            }
            func look() async {
                for command in ["status", "plan", "diff", "log", "secrets audit --all"] {
                    let words = command.split(separator: " ").map(String.init)
                    _ = await run(words)
                    _ = await run(words + ["--output", "json"])
                }
                for unit in ["acme/web@lab", "acme/files@edge"] {
                    for command in ["render", "history"] { _ = await run([command, unit, "--output", "json"]) }
                    _ = await run(["render", unit, "--explain"])
                }
                for command in [
                    "audit export", "audit checkpoint", "audit verify", "validate \(site.folder.path)/fleet",
                ] {
                    _ = await run(command.split(separator: " ").map(String.init))
                }
            }
            try site.commit("One")
            let first = await run(["sync", "--once", "--fleet", site.folder.path + "/fleet"])
            #expect(first.status == .success, "\(first.output)\(first.errors)")
            try await expect(fleet, round: 1)
            await look()
            // Rotated.
            try await write(fleet, round: 2)
            try site.commit("Two")
            _ = await run(["plan"])
            #expect(await run(["sync", "--once"]).status == .success)
            try await expect(fleet, round: 2)
            // Drifted, by other secrets.
            try site.write("drift \(canary(.hostFile, 3))", to: Self.hostFile)
            for name in ["manifest", "store"] {
                _ = try await fleet.client.patch(
                    fleet.secretAddress(Text(name)),
                    with: .merge(["stringData": ["value": .string(Text(canary(.manifest, 3)))]]),
                    WriteOptions(manager: "kubectl-edit"))
            }
            await look()
            #expect(await run(["sync", "--once"]).status == .success)
            try await expect(fleet, round: 2)
            // Broken: a file that was changed after it was encrypted, and a store that is gone.
            let good = try site.read("fleet/apps/web/manifest.yaml")
            try site.write(good.replacing("name: manifest", with: "name: other"), to: "fleet/apps/web/manifest.yaml")
            try site.commit("Broken")
            #expect(await run(["sync", "--once"]).status != .success)
            try site.write(good, to: "fleet/apps/web/manifest.yaml")
            try await write(fleet, round: 4)
            try site.commit("Four")
            try crash(site, printed: &printed)
            #expect(await run(["sync", "--once"]).status == .success)
            try await expect(fleet, round: 4)
            // Rolled back.
            _ = await run(["rollback", "acme/files@edge", "--reason", "trial"])
            _ = await run(["rollback", "acme/web@lab", "--reason", "trial"])
            await look()
            try search(site, printed)
        }
    }

    private func search(_ site: TrialSite, _ printed: [(command: String, text: String)]) throws {
        #expect(printed.count > 60 && printed.contains { $0.text.contains("fingerprint") })
        for canary in canaries {
            let search = CanarySearch(canary)
            for (command, text) in printed { #expect(search.found(in: Array(text.utf8)) == nil, "\(command)") }
            #expect(try search.files(below: site.state) == [])
            #expect(try search.files(below: site.folder.path + "/fleet/apps") == [])
            // The search finds one that is planted.
            for (name, text) in [("plain", canary), ("base", Data(canary.utf8).base64EncodedString())] {
                try site.write("x\(text)y", to: "state/planted-\(name)")
                #expect(try search.files(below: site.state).count == 1, "\(name)")
                try FileManager.default.removeItem(atPath: site.state + "/planted-\(name)")
            }
        }
    }

    /// The program as a process with all its details logged, killed in the middle of a sync.
    private func crash(_ site: TrialSite, printed: inout [(command: String, text: String)]) throws {
        for point in ["kubernetes-after-apply", "engine-before-health"] {
            let file = site.folder.appending(path: "crash.log")
            _ = FileManager.default.createFile(atPath: file.path, contents: nil)
            let process = Process()
            process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
                .appendingPathComponent("trimtab")
            process.arguments = [
                "run", "--fleet", site.folder.path + "/fleet", "--state", site.state, "--log-level", "debug",
            ]
            process.environment = ["PATH": "/usr/bin:/bin", "HOME": site.folder.path, "TRIMTAB_CRASH_AT": point]
            let output = try FileHandle(forWritingTo: file)
            process.standardOutput = output
            process.standardError = output
            try process.run()
            process.waitUntilExit()
            #expect(process.terminationReason == .uncaughtSignal, "\(point) was not reached")
            let text = try String(contentsOf: file, encoding: .utf8)
            #expect(!text.isEmpty)
            printed.append(("run, killed at \(point)", text))
        }
    }

    // MARK: The fleet

    private static let hostFile = "fleet/sandbox/edge/srv/shop/database.env"

    private func prepare(_ fleet: ClusterFleet) throws {
        let site = fleet.site
        let secret = try #require(key.secretText).withExposed { $0.string }
        try site.write(secret + "\n", to: "state/keys/agent.txt")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: site.state + "/keys/agent.txt")
        let all = try site.read("fleet/platform/all.yaml")
        try site.write(
            all.replacing(
                "    - on: {on: k8s}\n",
                with: "    - on: {on: host}\n      host: {paths: [/srv/shop/**], kinds: [File]}\n    - on: {on: k8s}\n")
                    + """
                    ---
                    kind: Target
                    metadata: {name: edge, labels: {on: host}}
                    spec: {host: {root: sandbox/edge}}
                    ---
                    kind: SecretStore
                    metadata: {name: machine}
                    spec:
                      folder: \(site.folder.path)/secrets
                      interval: 1s
                      allow: [{projects: [shop], paths: ["**"]}]

                    """, to: "fleet/platform/all.yaml")
        try site.write("/sandbox/\n", to: "fleet/.gitignore")
        try site.write(
            """
            kind: Application
            metadata: {name: files}
            spec:
              source: {path: apps/files}
              targets: {on: host}

            """, to: "fleet/projects/shop/files.yaml")
        try fleet.declare("kustomization", Self.kustomization)
    }

    private static let kustomization = """
        apiVersion: kustomize.config.k8s.io/v1beta1
        kind: Kustomization
        resources: [manifest.yaml, store.yaml]
        generatorOptions: {disableNameSuffixHash: true}
        secretGenerator:
          - name: generated
            envs: [generated.env]
            files: [whole=generated.bin]

        """

    private func write(_ fleet: ClusterFleet, round: Int) async throws {
        let site = fleet.site
        let manifest = """
            apiVersion: v1
            kind: Secret
            metadata:
              name: manifest
            stringData:
              value: \(canary(.manifest, round))

            """
        try fleet.declare("manifest", try await encrypt(manifest, .yaml, "^(data|stringData)$"))
        try site.write(
            try await encrypt("VALUE=\(canary(.generator, round))\n", .dotenv), to: "fleet/apps/web/generated.env")
        try site.write(
            try await encrypt("\(canary(.generator, round))\u{7F}", .binary), to: "fleet/apps/web/generated.bin")
        try fleet.declare(
            "store",
            """
            apiVersion: v1
            kind: Secret
            metadata: {name: store}
            ---
            apiVersion: secrets.trimtab.dev/v1alpha1
            kind: SecretMapping
            metadata: {name: store}
            spec:
              values: {value: {store: machine, path: shop/value}}

            """)
        try site.write(canary(.store, round), to: "secrets/shop/value")
        let file = """
            apiVersion: host.trimtab.dev/v1alpha1
            kind: File
            metadata: {name: database}
            spec:
              path: /srv/shop/database.env
              content: \(canary(.hostFile, round))

            """
        try site.write(try await encrypt(file, .yaml, "^content$"), to: "fleet/apps/files/database.yaml")
        try site.write(
            """
            apiVersion: host.trimtab.dev/v1alpha1
            kind: File
            metadata: {name: stored}
            spec: {path: /srv/shop/stored.env, content: "value=${value}"}
            ---
            apiVersion: secrets.trimtab.dev/v1alpha1
            kind: SecretMapping
            metadata: {name: stored}
            spec:
              object: {kind: File, name: stored}
              values: {value: {store: machine, path: shop/value}}

            """, to: "fleet/apps/files/stored.yaml")
    }

    private func expect(_ fleet: ClusterFleet, round: Int) async throws {
        for (name, key, wanted) in [
            ("manifest", "value", canary(.manifest, round)), ("generated", "VALUE", canary(.generator, round)),
            ("generated", "whole", canary(.generator, round) + "\u{7F}"), ("store", "value", canary(.store, round)),
        ] {
            let secret = try await fleet.client.get(fleet.secretAddress(Text(name)))
            let bytes = secret["data"]?[Text(key)]?.stringValue.flatMap { Base64.decode($0.utf8) } ?? []
            #expect(String(decoding: bytes, as: UTF8.self) == wanted, "\(name)")
        }
        #expect(try fleet.site.read(Self.hostFile) == canary(.hostFile, round))
        #expect(try fleet.site.read("fleet/sandbox/edge/srv/shop/stored.env") == "value=\(canary(.store, round))")
    }
}
