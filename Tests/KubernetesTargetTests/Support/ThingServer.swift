// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import KubernetesClient
import Manifest
import Synchronization
import TestSupport
import Testing

@testable import KubernetesTarget

/// A server of an aggregated API that knows the least: one kind, which can be made, read, listed, replaced and deleted.
/// No patch, no apply, no watch, no dry run, no managed fields.
final class ThingServer: Sendable {
    let group: Text
    private let state = Mutex((version: 0, things: [Text: Value]()))

    private init(group: Text) { self.group = group }

    /// Serves behind the tests' API server while the closure runs.
    static func with(
        _ client: KubernetesClient, in namespace: Text, _ body: (ThingServer) async throws -> Void
    ) async throws {
        let things = ThingServer(group: "\(namespace).example.org")
        try await withScratchFolder { folder in
            let pem = folder.appending(path: "pem").path
            let made = try TestProcess.run(
                "/bin/sh",
                [
                    "-c",
                    "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=localhost "
                        + "-keyout '\(pem).key' -out '\(pem).crt' && cat '\(pem).crt' '\(pem).key' >'\(pem)'",
                ])
            try #require(made.status == 0, "\(made.text)")
            try await ScriptedServer.with({ things.answer($0) }, certificate: pem) { server in
                let service = try await TestCluster.aggregate(
                    things.group, servedOn: server.port, client, in: namespace)
                let result: Result<Void, any Error>
                do {
                    _ = try await TestCluster.wait(for: "Thing", in: things.group, client)
                    result = .success(try await body(things))
                } catch {
                    result = .failure(error)
                }
                _ = try? await client.delete(service, DeleteOptions())
                try result.get()
            }
        }
    }

    var resource: ResourceType {
        ResourceType(
            group: group, version: "v1", name: "things", kind: "Thing", isNamespaced: true,
            verbs: ["create", "delete", "get", "list", "update"])
    }

    /// As it is stored.
    func thing(_ name: Text) -> Value? { state.withLock { $0.things[name] } }

    /// A hand that is not ours.
    func edit(_ name: Text, _ change: (inout Object) -> Void) {
        state.withLock { state in
            guard var thing = state.things[name]?.objectValue else { return }
            change(&thing)
            state.version += 1
            state.things[name] = Self.stored(.object(thing), state.version)
        }
    }
}

extension ThingServer {
    private func answer(_ request: ScriptedServer.Request) -> ScriptedServer.Reply {
        let root = "/apis/\(group)/v1"
        guard request.path.hasPrefix(root) else { return Self.reply(404, Self.status(404, "NotFound")) }
        let parts = request.path.dropFirst(root.utf8.count).split(separator: "/").map { Text(String($0)) }
        let body = try? JSON.read(request.body)
        if parts.isEmpty { return Self.reply(200, resources) }
        let name = parts.count == 4 ? parts[3] : nil
        return state.withLock { state in
            switch (request.method, name) {
            case ("GET", nil): return Self.reply(200, list(state.things.values))
            case ("GET", let name?): return Self.found(state.things[name])
            case ("POST", nil):
                guard let body, let name = body.objectName else {
                    return Self.reply(400, Self.status(400, "BadRequest"))
                }
                guard state.things[name] == nil else { return Self.reply(409, Self.status(409, "AlreadyExists")) }
                state.version += 1
                var new = Self.stored(body, state.version)
                new = new.settingMetadata("uid", .string(Text(UUID().uuidString)))
                state.things[name] = new
                return Self.reply(201, new)
            case ("PUT", let name?):
                guard let body, let live = state.things[name] else { return Self.found(nil) }
                guard body.resourceVersion == live.resourceVersion else {
                    return Self.reply(409, Self.status(409, "Conflict"))
                }
                state.version += 1
                let new = Self.stored(body, state.version)
                state.things[name] = new
                return Self.reply(200, new)
            case ("DELETE", let name?):
                guard let live = state.things.removeValue(forKey: name) else { return Self.found(nil) }
                return Self.reply(200, live)
            default: return Self.reply(405, Self.status(405, "MethodNotAllowed"))
            }
        }
    }

    private var resources: Value {
        [
            "kind": "APIResourceList", "apiVersion": "v1", "groupVersion": .string("\(group)/v1"),
            "resources": [
                [
                    "name": "things", "singularName": "thing", "namespaced": true, "kind": "Thing",
                    "verbs": ["create", "delete", "get", "list", "update"],
                ]
            ],
        ]
    }

    private func list(_ things: some Sequence<Value>) -> Value {
        [
            "kind": "ThingList", "apiVersion": .string("\(group)/v1"), "metadata": ["resourceVersion": "1"],
            "items": .array(Array(things)),
        ]
    }

    private static func stored(_ thing: Value, _ version: Int) -> Value {
        thing.settingMetadata("resourceVersion", .string(Text("\(version)"))).settingMetadata("managedFields", nil)
    }

    private static func found(_ thing: Value?) -> ScriptedServer.Reply {
        thing.map { reply(200, $0) } ?? reply(404, status(404, "NotFound"))
    }

    private static func status(_ code: Int64, _ reason: Text) -> Value {
        [
            "kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": .string(reason),
            "code": .number(Number(code)), "message": .string(reason),
        ]
    }

    private static func reply(_ status: Int, _ value: Value) -> ScriptedServer.Reply {
        ScriptedServer.Reply(status, headers: [("content-type", "application/json")], pieces: [JSON.write(value)])
    }
}
