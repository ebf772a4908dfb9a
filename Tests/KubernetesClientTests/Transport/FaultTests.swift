// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import Glibc
import KubernetesClient
import Manifest
import Synchronization
import TestSupport
import Testing

/// What the client makes of a server, or of a network, that fails.
@Suite(.timeLimit(.minutes(2))) struct FaultTests {
    private static let maps = ResourceType(
        group: "", version: "v1", name: "configmaps", kind: "ConfigMap", isNamespaced: true)
    private static let secrets = ResourceType(
        group: "", version: "v1", name: "secrets", kind: "Secret", isNamespaced: true)
    private let address = ObjectAddress(maps, namespace: "shop", name: "a")
    private let query = Query(Collection(maps, namespace: "shop"))
    private let options = WriteOptions(manager: "test")

    /// A client of a server that follows a script.
    private func with<Result: Sendable>(
        credential: Credential = Credential(), options: KubernetesClient.Options = .init(userAgent: "test"),
        _ script: @escaping ScriptedServer.Script, _ body: (KubernetesClient, ScriptedServer) async throws -> Result
    ) async throws -> Result {
        try await ScriptedServer.with(script) { server in
            let connection = Connection(
                server: try #require(ServerAddress(Text(server.address))), credential: credential)
            return try await TestCluster.withClient(connection, options: options) { try await body($0, server) }
        }
    }

    /// Answers one after the other; the last for ever.
    private func sequence(_ replies: ScriptedServer.Reply?...) -> ScriptedServer.Script {
        let count = Mutex(0)
        return { _ in
            let index = count.withLock { count in
                count += 1
                return min(count, replies.count) - 1
            }
            return replies[index]
        }
    }

    private func error(_ body: () async throws -> Void) async -> KubernetesError? {
        do { try await body() } catch { return error as? KubernetesError }
        return nil
    }

    private static let object = #"{"kind":"ConfigMap","metadata":{"name":"a","resourceVersion":"5"}}"#

    @Test func `a server that goes away in the handshake is not called untrusted`() async throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(listener) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let port = withUnsafeMutableBytes(of: &address) { bytes -> UInt16? in
            guard let name = bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self),
                bind(listener, name, length) == 0,
                listen(listener, 8) == 0, getsockname(listener, name, &length) == 0
            else { return nil }
            return UInt16(bigEndian: bytes.load(fromByteOffset: 2, as: UInt16.self))
        }
        // Takes the greeting, and closes.
        Thread.detachNewThread {
            while true {
                let client = accept(listener, nil, nil)
                guard client >= 0 else { return }
                var greeting = [UInt8](repeating: 0, count: 16 << 10)
                _ = recv(client, &greeting, greeting.count, 0)
                close(client)
            }
        }
        let open = try #require(port)
        let connection = Connection(server: try #require(ServerAddress("https://127.0.0.1:\(Text("\(open)"))")))
        let error = await error {
            try await TestCluster.withClient(connection) { _ = try await $0.get(self.address) }
        }
        #expect(error?.code == .unreachable, "\(String(describing: error))")
    }

    @Test func `a server that is busy is asked again when it says so`() async throws {
        let busy = ScriptedServer.Reply(429, headers: [("retry-after", "1")])
        try await with(sequence(busy, .json(Self.object, status: 201))) { client, server in
            let began = ContinuousClock.now
            let answer = try await client.create(["kind": "ConfigMap"], at: address, options)
            #expect(answer.wasCreated)
            #expect(server.requests.count == 2)
            #expect(ContinuousClock.now - began >= .seconds(1))
            // It was told of one refusal.
            #expect(client.concurrency == 16)
        }
    }

    @Test func `what may have been done already is not done twice`() async throws {
        try await with(sequence(nil)) { client, server in
            let error = await error { try await client.create(["kind": "ConfigMap"], at: address, options) }
            #expect(error?.code == .unreachable)
            #expect(server.requests.count == 1)
        }
    }

    @Test func `what changes nothing the second time is sent again`() async throws {
        try await with(sequence(nil, .json("{}", status: 500), .json(Self.object))) { client, server in
            try await client.apply(["kind": "ConfigMap"], at: address, options)
            #expect(server.requests.count == 3)
        }
    }

    @Test func `a server that stays broken is given up on`() async throws {
        try await with(sequence(.json("{}", status: 500))) { client, server in
            let error = await error { _ = try await client.get(address) }
            #expect(error?.code == .serverError)
            #expect(server.requests.count == 8)
        }
    }

    @Test func `a call ends by its deadline, also when bytes go on dripping`() async throws {
        let drip = ScriptedServer.Reply(pieces: Array(repeating: [0x20], count: 1000), pause: .milliseconds(20))
        try await with(options: .init(userAgent: "test", deadline: .milliseconds(300)), sequence(drip)) { client, _ in
            let error = await error { _ = try await client.get(address) }
            #expect(error?.code == .timedOut)
        }
    }

    @Test func `a server that is not there is an error that says where`() async throws {
        let port = try await ScriptedServer.with({ _ in nil }) { $0.port }
        let connection = Connection(server: try #require(ServerAddress(Text("http://127.0.0.1:\(port)"))))
        let options = KubernetesClient.Options(userAgent: "test", deadline: .milliseconds(200))
        try await TestCluster.withClient(connection, options: options) { client in
            let error = await error { try await client.create(["kind": "ConfigMap"], at: address, self.options) }
            #expect(error?.code == .unreachable)
            #expect(error?.wasNotSent == true)
            #expect(error?.description.contains("127.0.0.1:\(port)") == true)
        }
    }

    @Test func `a token that the server no longer knows is read again, once`() async throws {
        try await withScratchFolder { folder in
            let file = folder.appendingPathComponent("token")
            try "old\n".write(to: file, atomically: true, encoding: .utf8)
            let script: ScriptedServer.Script = { request in
                request.header("authorization") == "Bearer new" ? .json(Self.object) : .json("{}", status: 401)
            }
            let credential = Credential(bearer: .tokenFile(Text(file.path)))
            try await with(credential: credential, script) { client, server in
                let refused = await error { _ = try await client.get(address) }
                #expect(refused?.code == .unauthorized)
                #expect(server.requests.count == 2)
                try "new\n".write(to: file, atomically: true, encoding: .utf8)
                #expect(try await client.get(address).objectName == "a")
                #expect(try await client.get(address).objectName == "a")
                #expect(server.requests.count == 5)
            }
        }
    }

    @Test func `requests say as whom they are made`() async throws {
        try await with(sequence(.json(Self.object))) { client, server in
            _ = try await client.acting(as: .serviceAccount(namespace: "shop", name: "deployer")).get(address)
            _ = try await client.get(address)
            _ = try await client.acting(as: Impersonation(user: "u", groups: ["a", "b"], extra: ["x/y": ["1"]])).get(
                address)
            #expect(server.requests[0].header("impersonate-user") == "system:serviceaccount:shop:deployer")
            #expect(server.requests[1].header("impersonate-user") == nil)
            let groups = server.requests[2].headers.filter { $0.name.lowercased() == "impersonate-group" }
            #expect(groups.map(\.value) == ["a", "b"])
            #expect(server.requests[2].header("impersonate-extra-x%2fy") == "1")
        }
    }

    @Test func `no error quotes a Secret`() async throws {
        let canary = "c4n4ry-0f-4-p4ssw0rd"
        let refusal = """
            {"kind":"Status","reason":"Invalid","code":422,"message":"data.k: Invalid value: \\"\(canary)\\"",
             "details":{"causes":[{"field":"data.k","reason":"FieldValueInvalid","message":"value \\"\(canary)\\""}]}}
            """
        for reply in [refusal, canary, #"{"kind":"Status","code":400,"message":"\#(canary)"}"#] {
            try await with(sequence(.json(reply, status: 422))) { client, _ in
                let secret = ObjectAddress(Self.secrets, namespace: "shop", name: "a")
                let object: Value = ["kind": "Secret", "data": ["k": .secret(Secret(Text(canary)))]]
                let first = await error { try await client.apply(object, at: secret, options) }
                let second = await error { try await client.apply(object, at: address, options) }
                for error in [first, second] {
                    #expect(error != nil)
                    #expect(!"\(error.debugDescription)".contains(canary))
                }
            }
        }
        // What is no secret is quoted.
        try await with(sequence(.json(refusal, status: 422))) { client, server in
            let plain = await error { try await client.apply(["kind": "ConfigMap"], at: address, options) }
            #expect(plain?.description.contains(canary) == true)
            _ = server
        }
    }

    @Test func `secrets go to the server in full`() async throws {
        try await with(sequence(.json(Self.object))) { client, server in
            try await client.apply(["data": ["k": .secret(Secret("hunter2"))]], at: address, options)
            #expect(String(decoding: server.requests[0].body, as: UTF8.self) == #"{"data":{"k":"hunter2"}}"#)
        }
    }

    @Test func `an object larger than a frame passes a watch`() async throws {
        let long = String(repeating: "é", count: 400_000)
        let frames =
            #"{"type":"ADDED","object":{"metadata":{"name":"a","resourceVersion":"6"},"data":{"k":"\#(long)"}}}"#
            + "\n" + #"{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"9"}}}"# + "\n"
        let bytes = Array(frames.utf8)
        let pieces = stride(from: 0, to: bytes.count, by: 7919).map { Array(bytes[$0..<min($0 + 7919, bytes.count)]) }
        try await with(sequence(.init(pieces: pieces, pause: .zero))) { client, _ in
            var events: [WatchEvent] = []
            try await client.watch(query, from: "5", for: .seconds(30)) { (event) async throws(KubernetesError) in
                events.append(event)
            }
            #expect(events.count == 3)
            #expect(events.first == .bookmark("5"))
            #expect(events.last == .bookmark("9"))
            if case .added(let object) = events[1] {
                #expect(object["data"]?["k"]?.stringValue?.utf8.count == 800_000)
                #expect(object["kind"] == "ConfigMap")
            }
        }
    }

    @Test func `a watch over a connection that is half open ends`() async throws {
        let silent = ScriptedServer.Reply(pieces: [[0x0A]], ending: .silence)
        let options = KubernetesClient.Options(userAgent: "test", watchSilence: .milliseconds(200))
        try await with(options: options, sequence(silent)) { client, _ in
            let error = await error {
                try await client.watch(query, from: "5", for: .seconds(300)) { (_) async throws(KubernetesError) in }
            }
            #expect(error?.code == .timedOut)
        }
    }

    @Test func `a watch says when the server has forgotten`() async throws {
        let gone = #"{"type":"ERROR","object":{"kind":"Status","reason":"Expired","code":410,"message":"too old"}}"#
        for reply in [ScriptedServer.Reply.json(gone), .json(#"{"kind":"Status","code":410}"#, status: 410)] {
            try await with(sequence(reply)) { client, _ in
                let error = await error {
                    try await client.watch(query, from: "5", for: .seconds(300)) { (_) async throws(KubernetesError) in
                    }
                }
                #expect(error?.code == .expired)
            }
        }
    }

    @Test func `a watch that makes no sense is an error`() async throws {
        for text in ["{]}", #"{"type":"ADDED"}"#, #"{"type":"ODD","object":{}}"#, #"{"type":"ADDED","object":{}"#, "x"]
        {
            try await with(sequence(.json(text))) { client, _ in
                let error = await error {
                    try await client.watch(query, from: "5", for: .seconds(300)) { (_) async throws(KubernetesError) in
                    }
                }
                #expect(error?.code == .badAnswer || text.hasSuffix("{}"), "\(text)")
            }
        }
    }

    @Test func `a list that breaks in its midst is not taken for whole`() async throws {
        let half = ScriptedServer.Reply(
            pieces: [Array(#"{"metadata":{"resourceVersion":"5"},"items":[{"metadata":{"name":"a"}},"#.utf8)],
            ending: .cut)
        try await with(sequence(half)) { client, server in
            var count = 0
            let error = await error {
                _ = try await client.list(query) { (_) async throws(KubernetesError) in count += 1 }
            }
            #expect(error?.code == .unreachable)
            #expect(count == 1)
            #expect(server.requests.count == 1)
        }
    }

    @Test func `a page of which nothing came is asked for again`() async throws {
        let page = #"{"metadata":{"resourceVersion":"5"},"items":[{"metadata":{"name":"a"}}]}"#
        try await with(sequence(.json("{}", status: 503), nil, .json(page))) { client, server in
            var names: [Text?] = []
            let version = try await client.list(query) { (object) async throws(KubernetesError) in
                names.append(object.objectName)
            }
            #expect(version == "5")
            #expect(names == ["a"])
            #expect(server.requests.count == 3)
        }
    }
}
