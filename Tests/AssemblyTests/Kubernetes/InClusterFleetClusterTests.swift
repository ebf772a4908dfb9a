// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Commands
import Foundation
import Glibc
import KubernetesClient
import Manifest
import TestSupport
import Testing

/// The manifests that install Trimtab in a cluster: applied by Trimtab, they give it the rights that it needs to keep
/// the namespaces it is given, and no others. Without nodes no Pod runs, so the program takes the place of its own.
@Suite(.enabled(if: TestCluster.isThere, Comment(rawValue: TestCluster.hint)), .timeLimit(.minutes(5)))
struct InClusterFleetClusterTests {
    @Test(.enabled(if: getuid() == 0, "only root can put files where a Pod has them"))
    func `Trimtab installs itself, and what it installs can keep a namespace`() async throws {
        try await ClusterFleet.with { fleet in
            let (system, tenant) = ("\(fleet.namespace)-system", "\(fleet.namespace)-tenant")
            let administrator = try await TestCluster.grant(
                fleet.client, "cluster-admin", to: "trimtab-installer", for: fleet.namespace)
            try fleet.allow([system, tenant])
            for file in ["trimtab", "tenant"] {
                let text = try Self.manifests(file).replacing("trimtab-system", with: system)
                    .replacing("name: shop", with: "name: \(tenant)")
                    .replacing("namespace: shop", with: "namespace: \(tenant)")
                try fleet.declare(file, text)
            }
            let install = try await fleet.deploy()
            #expect(install.status == .success || install.output.contains("PersistentVolumeClaim"), "\(install.output)")
            let plan = await fleet.site.trimtab("plan")
            #expect(plan.status == .success, "\(plan.output)\(plan.errors)")

            // As the Pod would run: with the token of its account, and a fleet of its own.
            let account: any ClusterAPI = fleet.client.acting(
                as: .serviceAccount(namespace: Text(system), name: "trimtab"))
            let accounts = try await fleet.resource("", "ServiceAccount")
            let mayImpersonate = AccessQuestion("impersonate", accounts, namespace: Text(tenant), name: "trimtab")
            while try await !account.review(mayImpersonate).isAllowed { try await Task.sleep(for: .milliseconds(20)) }
            try await fleet.site.serve(tenant, fleet)
            let run = try await fleet.site.runInPod(try await fleet.token(of: "trimtab", in: system), fleet)
            #expect(run.status == 0, "\(run.text)")
            let place = ObjectAddress(fleet.address("").resource, namespace: Text(tenant), name: "greeting")
            #expect(try await fleet.client.get(place)["data"]?["content"] == "hello")
            // It can do nothing as itself, and act as nobody else.
            for verb in ["get", "patch", "delete"] as [Text] {
                let question = AccessQuestion(verb, fleet.address("").resource, namespace: Text(tenant))
                #expect(try await !account.review(question).isAllowed)
            }
            for (namespace, mayAct) in [(tenant, true), (system, false), ("kube-system", false)] {
                let question = AccessQuestion("impersonate", accounts, namespace: Text(namespace), name: "trimtab")
                #expect(try await account.review(question).isAllowed == mayAct, "\(namespace)")
            }
            try await fleet.client.delete(administrator, DeleteOptions())
            for namespace in [system, tenant] {
                let namespaces = try await fleet.resource("", "Namespace")
                try await fleet.client.delete(ObjectAddress(namespaces, name: Text(namespace)), DeleteOptions())
            }
        }
    }

    private static func manifests(_ file: String) throws -> String {
        let path = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../../deploy/kubernetes/\(file).yaml")
        return try String(contentsOf: path, encoding: .utf8)
    }
}

extension ClusterFleet {
    /// The project may make these namespaces and what lies in them, as whom may do that.
    fileprivate func allow(_ namespaces: [String]) throws {
        let names = ([namespace.string] + namespaces).joined(separator: ", ")
        try site.write(
            try site.read("fleet/platform/all.yaml")
                .replacing("namespaces: [\(namespace)]", with: "namespaces: [\(names)], clusterKinds: [Namespace]")
                .replacing("{user: \(Self.user)}", with: "{user: trimtab-installer}"),
            to: "fleet/platform/all.yaml")
        try site.write(
            try site.read("fleet/projects/shop/web.yaml").replacing("  namespace: \(namespace)\n", with: ""),
            to: "fleet/projects/shop/web.yaml")
    }

    fileprivate func token(of account: Text, in namespace: String) async throws -> String {
        let address = ObjectAddress(
            try await resource("", "ServiceAccount"), namespace: Text(namespace), name: account)
        let request: Value = [
            "apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest",
            "spec": ["audiences": ["https://kubernetes.default.svc"]],
        ]
        let answer = try await client.create(
            request, at: address.subresource("token"), WriteOptions(manager: "trimtab-tests"))
        return try #require(answer.object["status"]?["token"]?.stringValue).string
    }
}

extension TrialSite {
    /// A fleet of the namespace that was installed.
    fileprivate func serve(_ namespace: String, _ fleet: ClusterFleet) async throws {
        try write(
            """
            kind: Target
            metadata: {name: here}
            spec: {kubernetes: {connection: in-cluster}}
            ---
            kind: Application
            metadata: {name: web}
            spec:
              source: {path: web}
              namespace: \(namespace)

            """, to: "inside/all.yaml")
        try write(
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: greeting}, data: {content: hello}}",
            to: "inside/web/greeting.yaml")
    }

    /// Runs the program with the files and variables that a Pod has.
    fileprivate func runInPod(_ token: String, _ fleet: ClusterFleet) async throws -> (status: Int32, text: String) {
        let kubeconfig = try #require(ProcessInfo.processInfo.environment["KUBECONFIG"])
        let root = try #require(
            try YAML.read(Array(try String(contentsOfFile: kubeconfig, encoding: .utf8).utf8)).first?.value)
        let cluster = try #require(root["clusters"]?.arrayValue?.first?["cluster"])
        let server = try #require(cluster["server"]?.stringValue.flatMap { URL(string: $0.string) })
        var authority = try cluster["certificate-authority"]?.stringValue.map {
            try String(contentsOfFile: $0.string, encoding: .utf8)
        }
        if let data = cluster["certificate-authority-data"]?.stringValue {
            authority = Data(base64Encoded: data.string).map { String(decoding: $0, as: UTF8.self) }
        }
        try write(token, to: "pod/token")
        try write(try #require(authority), to: "pod/ca.crt")
        try write("trimtab-system", to: "pod/namespace")
        let program = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
            .appendingPathComponent("trimtab").path
        let script = """
            mount -t tmpfs tmpfs /run && mkdir -p /run/secrets/kubernetes.io && \
            cp -r '\(folder.path)/pod' /run/secrets/kubernetes.io/serviceaccount && \
            KUBERNETES_SERVICE_HOST=\(server.host() ?? "") KUBERNETES_SERVICE_PORT=\(server.port ?? 443) \
            exec '\(program)' sync --once --fleet '\(folder.path)/inside' --state '\(folder.path)/inside-state'
            """
        let result = try await Blocking.run {
            try TestProcess.run("/usr/bin/unshare", ["--mount", "--propagation", "private", "/bin/bash", "-c", script])
        }
        return (result.status, result.text)
    }
}
