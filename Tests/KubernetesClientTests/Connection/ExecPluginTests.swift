// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import KubernetesClient
import Manifest
import TestSupport
import Testing

/// Real programs in place of a cloud's.
struct ExecPluginTests {
    private func get(_ script: String, environment: [Text: Text] = [:]) async throws -> String? {
        try await withScratchFolder { folder in
            let file = folder.appendingPathComponent("login")
            try ("#!/bin/sh\n" + script).write(to: file, atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: file.path)
            let plugin = ExecPlugin(command: Text(file.path), arguments: ["one"], environment: environment)
            return try await ScriptedServer.with { request in
                .json(#"{"metadata":{"name":"\#(request.header("authorization") ?? "")"}}"#)
            } _: { server in
                let connection = Connection(
                    server: try #require(ServerAddress(Text(server.address))),
                    credential: Credential(bearer: .program(plugin)))
                return try await TestCluster.withClient(connection) { client in
                    let maps = ResourceType(
                        group: "", version: "v1", name: "configmaps", kind: "ConfigMap", isNamespaced: true)
                    let address = ObjectAddress(maps, namespace: "a", name: "a")
                    _ = try await client.get(address)
                    return try await client.get(address).objectName?.string
                }
            }
        }
    }

    private let answer = #"{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":"#

    @Test func `the token that a program prints is used, with what the program was told`() async throws {
        let script = #"""
            case "$KUBERNETES_EXEC_INFO" in *ExecCredential*) ;; *) exit 3 ;; esac
            echo '\#(answer){"token":"'"$1-$REGION"'"}}'
            """#
        #expect(try await get(script, environment: ["REGION": "eu"]) == "Bearer one-eu")
    }

    @Test func `a token that has expired is asked for again`() async throws {
        let script = """
            echo x >>"$0.count"
            echo '\(answer){"token":"'"$(wc -l <"$0.count")"'","expirationTimestamp":"2020-01-01T00:00:00.5Z"}}'
            """
        #expect(try await get(script) == "Bearer 2")
    }

    @Test(arguments: [
        "exit 7", "echo s3cret", #"echo '{"kind":"ExecCredential","token":"s3cret"}'"#, "exec no-such-program",
    ])
    func `a program that fails is an error without what it printed`(script: String) async throws {
        do {
            _ = try await get(script)
            Issue.record("it was accepted")
        } catch let error as KubernetesError {
            #expect(error.code == .configuration)
            #expect(!error.description.contains("s3cret"))
            #expect(error.description.contains("login"))
        }
    }
}
