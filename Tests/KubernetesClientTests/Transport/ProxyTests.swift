// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import KubernetesClient
import Manifest
import TestSupport
import Testing

/// A server that only a proxy reaches: its name leads nowhere else.
@Suite(.timeLimit(.minutes(2))) struct ProxyTests {
    private static let maps = ResourceType(
        group: "", version: "v1", name: "configmaps", kind: "ConfigMap", isNamespaced: true)
    private let address = ObjectAddress(maps, namespace: "shop", name: "a")

    /// A server with a certificate for `api.cluster.invalid`, behind a proxy.
    private func with(
        _ kind: TunnelProxy.Kind, _ body: (TunnelProxy, ScriptedServer, Credential.Material) async throws -> Void
    ) async throws {
        try await withScratchFolder { folder in
            let file = folder.appending(path: "pem").path
            let made = try TestProcess.run(
                "/bin/sh",
                [
                    "-c",
                    "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=api "
                        + "-addext subjectAltName=DNS:api.cluster.invalid -keyout '\(file).key' -out '\(file).crt' "
                        + "&& cat '\(file).crt' '\(file).key' >'\(file)'",
                ])
            try #require(made.status == 0, "\(made.text)")
            let script: ScriptedServer.Script = { request in
                if request.uri.contains("watch=") {
                    return .json(#"{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"6"}}}"# + "\n")
                }
                return .json(#"{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"a","resourceVersion":"5"}}"#)
            }
            try await ScriptedServer.with(script, certificate: file) { server in
                try await TunnelProxy.with(kind, before: server.port) { proxy in
                    try await body(proxy, server, .file(Text(file + ".crt")))
                }
            }
        }
    }

    private func connection(
        _ proxy: String, _ authorities: Credential.Material, server: Text = "https://api.cluster.invalid:6443"
    ) throws -> Connection {
        let proxy: ProxyAddress = try #require(ProxyAddress(Text(proxy)))
        return Connection(
            server: try #require(ServerAddress(server)), authorities: authorities, proxy: proxy,
            credential: Credential(bearer: .token(Secret("t0ken"))))
    }

    /// Calls and watches have connections of their own.
    private func use(_ connection: Connection) async throws {
        try await TestCluster.withClient(connection) { client in
            #expect(try await client.get(address).resourceVersion == "5")
            try await client.watch(Query(address.collection), from: "5", for: .seconds(1)) { _ in }
        }
    }

    @Test func `through CONNECT with a login`() async throws {
        // As in any URL, what cannot stand in a login is written by its number.
        let login = "Basic " + Data("me:p@ss+word:1".utf8).base64EncodedString()
        try await with(.http(authorization: login)) { proxy, server, authorities in
            try await use(try connection("http://me:p%40ss+word:1@127.0.0.1:\(proxy.port)", authorities))
            #expect(Set(proxy.places) == ["api.cluster.invalid:6443"])
            #expect(proxy.places.count == 2, "one for calls and one for watches")
            #expect(server.requests.count == 2)
            for request in server.requests {
                #expect(request.header("authorization") == "Bearer t0ken")
                #expect(request.header("proxy-authorization") == nil, "the login is for the proxy alone")
            }
        }
    }

    @Test func `a login that the proxy does not take fails the call, and is in no word of it`() async throws {
        try await with(.http(authorization: "Basic another")) { proxy, server, authorities in
            let connection = try connection("http://me:s3cret@127.0.0.1:\(proxy.port)", authorities)
            let options = KubernetesClient.Options(userAgent: "test", deadline: .seconds(3))
            let error = await #expect(throws: KubernetesError.self) {
                try await TestCluster.withClient(connection, options: options) { try await $0.get(address) }
            }
            let words = error.map { "\($0)" } ?? ""
            #expect(!words.contains("s3cret") && !words.contains(Data("me:s3cret".utf8).base64EncodedString()))
            #expect(server.requests.isEmpty && proxy.places.isEmpty)
        }
    }

    @Test func `through SOCKS5`() async throws {
        try await with(.socks5) { proxy, server, authorities in
            try await use(try connection("socks5://127.0.0.1:\(proxy.port)", authorities))
            #expect(Set(proxy.places) == ["api.cluster.invalid:6443"], "the proxy looks up the name")
            #expect(server.requests.count == 2)
        }
    }

    @Test func `to an address whose certificate has another name`() async throws {
        try await with(.http(authorization: nil)) { proxy, server, authorities in
            var connection = try connection(
                "http://127.0.0.1:\(proxy.port)", authorities, server: "https://192.0.2.1:6443")
            connection.serverName = "api.cluster.invalid"
            try await use(connection)
            #expect(Set(proxy.places) == ["192.0.2.1:6443"])
            #expect(server.requests.count == 2)
        }
    }

    @Test func `a login of SOCKS5, which nobody would be told, is refused`() {
        #expect(ProxyAddress("socks5://me:s3cret@proxy:1080") == nil)
        #expect(ProxyAddress("http://me:s3%zz@proxy:3128") == nil)
    }
}
