// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import KubernetesClient
import Manifest
import TestSupport
import Testing

struct KubeconfigTests {
    private func read(_ text: String, context: Text? = nil) throws(KubernetesError) -> Connection {
        try Kubeconfig.connection(Array(text.utf8), file: "/etc/trimtab/connections/prod.kubeconfig", context: context)
    }

    private func config(user: String, cluster: String = "server: https://10.0.0.1:6443") -> String {
        """
        apiVersion: v1
        kind: Config
        clusters: [{name: c, cluster: {\(cluster)}}]
        users: [{name: u, user: {\(user)}}]
        contexts: [{name: x, context: {cluster: c, user: u, namespace: shop}}, {name: y, context: {cluster: d}}]
        current-context: x
        """
    }

    @Test func `a context gives server, authority, token and namespace`() throws {
        let connection = try read(
            config(
                user: "token: s3cret",
                cluster:
                    "server: 'https://[::1]:8443/k8s/clusters/c-1/', certificate-authority-data: \(Data("PEM".utf8).base64EncodedString())"
            ))
        #expect(connection.server.description == "https://[::1]:8443/k8s/clusters/c-1")
        #expect(connection.namespace == "shop")
        #expect(connection.verifiesServer)
        guard case .inline(let authority)? = connection.authorities else { return #expect(Bool(false), "not inline") }
        #expect(authority.withExposed { $0 } == Array("PEM".utf8))
        guard case .token(let token)? = connection.credential.bearer else { return #expect(Bool(false), "no token") }
        #expect(token.withExposed { $0 } == "s3cret")
    }

    @Test func `paths lie beside the file`() throws {
        let connection = try read(config(user: "client-certificate: certs/me.crt, client-key: /abs/me.key"))
        guard case .file(let chain)? = connection.credential.certificate?.chain,
            case .file(let key)? = connection.credential.certificate?.key
        else { return #expect(Bool(false), "no files") }
        #expect(chain == "/etc/trimtab/connections/certs/me.crt")
        #expect(key == "/abs/me.key")
    }

    @Test func `proxies, other names and impersonation are understood`() throws {
        let connection = try read(
            config(
                user: "token: x, as: deployer, as-groups: [ops], as-user-extra: {reason: [a, b]}",
                cluster: "server: 'https://10.0.0.1', proxy-url: 'http://u:p@proxy:3128', tls-server-name: kubernetes"))
        #expect(connection.server.port == 443)
        #expect(connection.proxy?.host == "proxy")
        #expect(connection.proxy?.port == 3128)
        #expect(connection.serverName == "kubernetes")
        #expect(
            connection.impersonation == Impersonation(user: "deployer", groups: ["ops"], extra: ["reason": ["a", "b"]]))
    }

    @Test func `an exec plugin is read with all that it asks for`() throws {
        let exec = """
            exec: {apiVersion: client.authentication.k8s.io/v1, command: ./bin/login, args: [get, token], \
            env: [{name: REGION, value: eu}], installHint: "install it", provideClusterInfo: true}
            """
        guard case .program(let plugin)? = try read(config(user: exec)).credential.bearer else {
            return #expect(Bool(false), "no program")
        }
        #expect(plugin.command == "/etc/trimtab/connections/./bin/login")
        #expect(plugin.arguments == ["get", "token"])
        #expect(plugin.environment == ["REGION": "eu"])
        #expect(plugin.providesClusterInfo)
    }

    @Test(arguments: [
        ("token: s3cret, client-key: k", "certificate"), ("auth-provider: {name: gcp}", "exec plugin"),
        ("username: u, password: s3cret", "token"), ("exec: {command: x, apiVersion: v0}", "apiVersion"),
        ("exec: {command: x, apiVersion: client.authentication.k8s.io/v1, interactiveMode: Always}", "person"),
        ("token: s3cret, client-certificate-data: '***', client-key-data: aGk=", "base64"),
    ]) func `what cannot work is an error that says why, and quotes no secret`(user: String, word: String) {
        do throws(KubernetesError) {
            _ = try read(config(user: user))
            Issue.record("it was accepted")
        } catch {
            #expect(error.code == .configuration)
            #expect(error.description.contains(word), "\(error)")
            #expect(error.description.contains("prod.kubeconfig"))
            #expect(!error.description.contains("s3cret"))
        }
    }

    @Test(arguments: [
        "token: [s3cret", "- s3cret", "", "clusters: []", "current-context: nowhere", "a: *s3cret",
    ]) func `a file that is no kubeconfig is an error without its contents`(text: String) {
        do throws(KubernetesError) {
            _ = try read(text)
            Issue.record("it was accepted")
        } catch {
            #expect(error.code == .configuration)
            #expect(!error.description.contains("s3cret"))
        }
    }

    @Test(arguments: ["ftp://h", "https://", "h:6443", "https://u@h", "https://h:0", "https://h?x=1", "https://h h"])
    func `an address must be one`(server: String) {
        #expect(throws: KubernetesError.self) { try read(config(user: "token: x", cluster: "server: '\(server)'")) }
    }

    @Test func `a connection is a private file in the agent's folder, by its name`() async throws {
        try await withScratchFolder { folder in
            let file = folder.appendingPathComponent("prod.kubeconfig")
            try config(user: "token: x").write(to: file, atomically: true, encoding: .utf8)
            let connections = Connections(folder: Text(folder.path))
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file.path)
            await #expect(throws: KubernetesError.self) { try await connections.connection("prod") }
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
            #expect(try await connections.connection("prod").server.host == "10.0.0.1")
            for name: Text in ["../prod", "prod/", "", ".", "absent", "prod\u{301}"] {
                await #expect(throws: KubernetesError.self) { try await connections.connection(name) }
            }
        }
    }

    @Test func `a pod finds its server in the environment, and its token in a file`() async throws {
        try await withScratchFolder { folder in
            try "shop\n".write(to: folder.appendingPathComponent("namespace"), atomically: true, encoding: .utf8)
            let variables = ["KUBERNETES_SERVICE_HOST": "fd00::1", "KUBERNETES_SERVICE_PORT": "443"]
            let connection = try await InCluster.connection(folder: Text(folder.path)) { variables[$0] }
            #expect(connection.server.description == "https://[fd00::1]:443")
            #expect(connection.namespace == "shop")
            guard case .tokenFile(let path)? = connection.credential.bearer else {
                return #expect(Bool(false), "no file")
            }
            #expect(path == Text(folder.path + "/token"))
            await #expect(throws: KubernetesError.self) { try await InCluster.connection { _ in nil } }
        }
    }
}
