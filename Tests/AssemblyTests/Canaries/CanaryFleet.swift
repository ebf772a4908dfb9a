// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Age
import Foundation
import KubernetesClient
import Manifest
import Secrets
import TestSupport
import Testing

@testable import Assembly

/// A fleet that has secrets of every origin on a host and, where there is one, in a cluster. All of them hold one mark
/// that stands nowhere else.
struct CanaryFleet: Sendable {
    enum Origin: String, CaseIterable {
        /// Files of SOPS to a key of age: a manifest, a whole file, an input of a generator. And a file of age.
        case manifest, source, generator, age
        /// A file of SOPS to a key of OpenBao.
        case transit
        /// A folder of the machine, and OpenBao.
        case folder, vault
        /// A Secret and a private file that lie in Git for all to read: there, and nowhere else.
        case plain
    }

    let site: TrialSite
    let cluster: ClusterFleet?
    let bao: BaoServer
    /// How the agent reaches OpenBao.
    let store: String
    private let mark: String
    private let key: Identity
    private let transit: TransitKey

    /// What is looked for.
    var canary: String { mark }
    /// What is looked for of secrets that lie nowhere in plain.
    var sealedCanaries: [String] { Origin.allCases.filter { $0 != .plain }.map { "\(mark)-\($0.rawValue)-" } }
    /// Enough of it to find it in a dump of few bytes.
    var shortCanary: String { String(mark.prefix(8)) }
    /// What is no secret and may stand everywhere: a search that does not find it has not looked.
    static let harmless = "harmless-words-to-be-found"

    init(_ site: TrialSite, cluster: ClusterFleet?, bao: BaoServer, store: String) throws {
        (self.site, self.cluster, self.bao, self.store) = (site, cluster, bao, store)
        // Letters that no hexadecimal text has.
        mark = String((0..<14).compactMap { _ in "ghjkmnpqrstvwxyz".randomElement() })
        key = try Identity.generate()
        transit = try #require(TransitKey(parsing: Text("\(store)/v1/transit/keys/sops")))
    }

    private func value(_ origin: Origin, _ round: Int) -> String { "\(mark)-\(origin.rawValue)-round\(round)" }

    // MARK: Where they go

    /// Files of the host by their origins. A generator makes none.
    private static let ofHost = Origin.allCases.filter { $0 != .generator }
    /// Secrets of the cluster.
    private static let ofCluster: [Origin] = [.manifest, .generator, .transit, .folder, .vault, .plain]

    private func file(_ origin: Origin) -> String { "sandbox/edge/srv/shop/\(origin.rawValue).env" }

    /// Waits until all of a round is where it belongs: stores are asked once a second.
    func expect(round: Int) async throws {
        let (host, store) = (site.folder.appending(path: file(.vault)).path, value(.vault, round))
        let end = ContinuousClock.now + .seconds(30)
        while FileManager.default.contents(atPath: host) != Data(store.utf8), ContinuousClock.now < end {
            try await Task.sleep(for: .milliseconds(50))
        }
        try await expectAll(of: round)
    }

    private func expectAll(of round: Int) async throws {
        for origin in Self.ofHost { #expect(try site.read(file(origin)) == value(origin, round), "\(origin)") }
        guard let cluster else { return }
        for origin in Self.ofCluster {
            let secret = try await cluster.client.get(cluster.secretAddress(Text(origin.rawValue)))
            let bytes = secret["data"]?["value"]?.stringValue.flatMap { Base64.decode($0.utf8) } ?? []
            #expect(String(decoding: bytes, as: UTF8.self) == value(origin, round), "\(origin)")
        }
    }

    /// Somebody puts other secrets in their places.
    func drift() async throws {
        for origin in Self.ofHost { try site.write("drift \(value(origin, 0))", to: file(origin)) }
        guard let cluster else { return }
        for origin in Self.ofCluster {
            _ = try await cluster.client.patch(
                cluster.secretAddress(Text(origin.rawValue)),
                with: .merge(["stringData": ["value": .string(Text(value(origin, 0)))]]),
                WriteOptions(manager: "kubectl-edit"))
        }
    }

    // MARK: What is declared

    func prepare() throws {
        let secret = try #require(key.secretText).withExposed { $0.string }
        try site.writePrivate(secret + "\n", to: "state/keys/agent.txt")
        try site.connect(to: store, projects: "[shop]")
        try site.write(
            "kind: Fleet\nmetadata: {name: acme}\nspec: {platform: platform/, projects: projects/}\n",
            to: "fleet/fleet.yaml")
        let host = "{paths: [/srv/shop/**], kinds: [File], commands: [\"\(Self.objection)\"]}"
        var limits = "    - on: {on: host}\n      host: \(host)\n"
        var targets = Self.target("edge", "host", "host: {root: \(site.folder.path)/sandbox/edge}")
        if let cluster {
            let identity = "identity: {user: \(ClusterFleet.user)}"
            limits += "    - on: {on: k8s}\n      kubernetes: {namespaces: [\(cluster.namespace)], \(identity)}\n"
            targets += Self.target("lab", "k8s", "kubernetes: {connection: lab}")
            try site.write(
                Self.application("web", on: "k8s", "namespace: \(cluster.namespace)"),
                to: "fleet/projects/shop/web.yaml")
        }
        try site.write(Self.application("files", on: "host"), to: "fleet/projects/shop/files.yaml")
        try site.write(
            """
            \(targets)kind: Project
            metadata: {name: shop}
            spec:
              sources: [fleet]
              limits:
            \(limits)---
            \(Self.store("machine", "folder: \(site.folder.path)/secrets"))---
            \(Self.store("vault", "vault: {connection: main}"))
            """, to: "fleet/platform/all.yaml")
    }

    private static func target(_ name: String, _ label: String, _ spec: String) -> String {
        "kind: Target\nmetadata: {name: \(name), labels: {on: \(label)}}\nspec: {\(spec)}\n---\n"
    }

    private static func store(_ name: String, _ place: String) -> String {
        """
        kind: SecretStore
        metadata: {name: \(name)}
        spec:
          \(place)
          interval: 1s
          allow: [{projects: [shop], paths: ["**"]}]

        """
    }

    private static func application(_ name: String, on label: String, _ more: String = "") -> String {
        """
        kind: Application
        metadata: {name: \(name)}
        spec:
          source: {path: apps/\(name)}
          targets: {on: \(label)}
          sync: {deadline: 60s}
          \(more)

        """
    }

    /// Secrets of a round, in Git and in the stores.
    func write(round: Int) async throws {
        try site.write(value(.folder, round), to: "secrets/shop/value")
        try await bao.put("shop/db", value(.vault, round))
        try await writeFiles(round)
        if let cluster { try await writeSecrets(round, in: cluster) }
    }

    /// Where a secret lies in Git, and how.
    var plainFiles: [String] { ["files/plain.yaml: plain"] + (cluster == nil ? [] : ["web/plain.yaml: base 64"]) }

    /// What stands in Git in the place of a secret, for all to read.
    static let replacement = "replaced-by-plain-words"

    func declareReplacement() throws {
        try site.write(
            Self.hostFile(.manifest, "content: \(Self.replacement)"), to: "fleet/apps/files/manifest.yaml")
        try cluster?.declare("words", Self.words(Self.replacement))
    }

    /// A command that prints a secret and fails, since nothing lies at its second path.
    private static let objection = "cat srv/shop/manifest.env srv/nowhere"

    func declareObjection() async throws {
        let file = Self.hostFile(.manifest, "content: \(value(.manifest, 3))\n  validate: \(Self.objection)")
        try site.write(try await sealed(file, .manifest), to: "fleet/apps/files/manifest.yaml")
    }

    /// A Service whose name in the DNS is none, which only the cluster can know: it is a secret.
    func declareRefused(in cluster: ClusterFleet) async throws {
        let service = """
            apiVersion: v1
            kind: Service
            metadata: {name: refused}
            spec:
              type: ExternalName
              externalName: \(value(.manifest, 3))/none

            """
        try cluster.declare("refused", try await sealed(service, .manifest))
        try cluster.declare(
            "kustomization", Self.kustomization.replacing("[manifest.yaml", with: "[refused.yaml, manifest.yaml"))
    }

    private func sealed(_ plain: String, _ origin: Origin, _ format: SOPS.Format = .yaml) async throws -> String {
        let regex: Text? = format == .yaml ? "^(content|data|stringData|externalName)$" : nil
        guard origin == .transit else {
            return try await encrypt(
                plain, format, regex, to: .age(recipient: Text("\(key.recipient)")), with: KeyRing(identities: [key]))
        }
        let administrator = Transit(token: Secret(Text(RealBao.token)), send: VaultTransport().send)
        return try await encrypt(plain, format, regex, to: .transit(transit), with: KeyRing(transit: administrator))
    }

    private func writeFiles(_ round: Int) async throws {
        for origin in [Origin.manifest, .transit] {
            let file = Self.hostFile(origin, "content: \(value(origin, round))")
            try site.write(try await sealed(file, origin), to: "fleet/apps/files/\(origin.rawValue).yaml")
        }
        let armored = String(
            decoding: try Age.encrypt(Array(value(.age, round).utf8), to: [key.recipient], armored: true),
            as: UTF8.self)
        let indented = armored.split(separator: "\n").map { "    " + $0 }.joined(separator: "\n")
        try site.write(Self.hostFile(.age, "content: |\n\(indented)"), to: "fleet/apps/files/age.yaml")
        try site.write(try await sealed(value(.source, round), .source, .binary), to: "fleet/apps/files/source.bin")
        try site.write(
            Self.hostFile(.source, "source: source.bin\n  encryption: sops"), to: "fleet/apps/files/source.yaml")
        for (origin, place) in Self.places {
            try site.write(
                Self.hostFile(origin, #"content: "${value}""#) + "---\n"
                    + Self.mapping(origin, "object: {kind: File, name: \(origin.rawValue)}", place),
                to: "fleet/apps/files/\(origin.rawValue).yaml")
        }
        try site.write(
            Self.hostFile(.plain, "mode: \"0600\"\n  content: \(value(.plain, round))") + "---\n"
                + Self.hostFile(.plain, "content: \(Self.harmless) \(round)")
                .replacing("name: plain", with: "name: harmless").replacing("plain.env", with: "harmless.env"),
            to: "fleet/apps/files/plain.yaml")
    }

    private func writeSecrets(_ round: Int, in cluster: ClusterFleet) async throws {
        for origin in [Origin.manifest, .transit] {
            try cluster.declare(
                origin.rawValue,
                try await sealed(Self.secret(origin) + "stringData:\n  value: \(value(origin, round))\n", origin))
        }
        try cluster.declare("words", try await sealed(Self.words(value(.manifest, round)), .manifest))
        try site.write(
            try await sealed("value=\(value(.generator, round))\n", .generator, .dotenv),
            to: "fleet/apps/web/generated.env")
        for (origin, place) in Self.places {
            try cluster.declare(origin.rawValue, Self.secret(origin) + "---\n" + Self.mapping(origin, "", place))
        }
        let plain = Data(value(.plain, round).utf8).base64EncodedString()
        try site.write(Self.secret(.plain) + "data: {value: \(plain)}\n", to: "fleet/apps/web/plain.yaml")
        try cluster.declare("kustomization", Self.kustomization)
    }

    private static let places: [(Origin, String)] = [
        (.folder, "{store: machine, path: shop/value}"), (.vault, "{store: vault, path: shop/db, key: value}"),
    ]

    private static func hostFile(_ origin: Origin, _ content: String) -> String {
        """
        apiVersion: host.trimtab.dev/v1alpha1
        kind: File
        metadata: {name: \(origin.rawValue)}
        spec:
          path: /srv/shop/\(origin.rawValue).env
          \(content)

        """
    }

    /// A kind whose values anybody may see.
    private static func words(_ value: String) -> String {
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: words}\ndata:\n  value: \(value)\n"
    }

    private static func secret(_ origin: Origin) -> String {
        "apiVersion: v1\nkind: Secret\nmetadata: {name: \(origin.rawValue)}\n"
    }

    private static func mapping(_ origin: Origin, _ object: String, _ place: String) -> String {
        """
        apiVersion: secrets.trimtab.dev/v1alpha1
        kind: SecretMapping
        metadata: {name: \(origin.rawValue)}
        spec:
          \(object)
          values: {value: \(place)}

        """
    }

    private static let kustomization = """
        apiVersion: kustomize.config.k8s.io/v1beta1
        kind: Kustomization
        resources: [manifest.yaml, transit.yaml, folder.yaml, vault.yaml, plain.yaml, words.yaml]
        generatorOptions: {disableNameSuffixHash: true}
        secretGenerator: [{name: generator, envs: [generated.env]}]

        """
}
