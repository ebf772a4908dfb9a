// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Manifest
import Model
import Synchronization
import Testing

@testable import Secrets

/// What a Vault is asked, and what its answers mean, without one.
@Suite struct VaultStoreTests {
    /// Answers by path and method; notes what it was asked.
    private final class Server: Sendable {
        struct State {
            var answers: [String: [(status: Int, body: String)]] = [:]
            var asked: [String] = []
            var bodies: [String] = []
            var tokens: [String] = []
            var isHeld = false
        }

        let state = Mutex(State())
        private let gate = AsyncStream.makeStream(of: Void.self)

        /// What comes next at a path; the last one again and again.
        func answer(_ path: String, _ status: Int, _ body: String) {
            state.withLock { $0.answers[path, default: []].append((status, body)) }
        }

        /// Nobody is answered from now on, until ``release()``.
        func hold() { state.withLock { $0.isHeld = true } }
        func release() { gate.continuation.finish() }

        func send(_ request: VaultRequest) async throws(StoreError) -> VaultResponse {
            if state.withLock({ $0.isHeld }) { for await _ in gate.stream {} }
            let path = request.url.string.replacing("https://vault:8200/v1/", with: "")
            let answer = state.withLock { state -> (status: Int, body: String)? in
                state.asked.append("\(request.method.rawValue) \(path)")
                request.token?.withExposed { state.tokens.append($0.string) }
                request.body?.withExposed { state.bodies.append(String(decoding: $0, as: UTF8.self)) }
                guard var answers = state.answers[path], let first = answers.first else { return nil }
                if answers.count > 1 { answers.removeFirst() }
                state.answers[path] = answers
                return first
            }
            guard let answer else { throw StoreError(.unreachable, "nothing answers") }
            return VaultResponse(status: answer.status, retryAfter: 7, body: Secret(Array(answer.body.utf8)))
        }
    }

    private static let login = #"{"auth": {"client_token": "canary-token", "lease_duration": 60, "renewable": true}}"#

    private static func versioned(_ value: String, _ version: Int) -> String {
        #"{"data": {"data": {"password": "\#(value)", "port": 5432}, "metadata": {"version": \#(version)}}}"#
    }

    private func store(
        _ server: Server, _ signIn: String = "appRole: {role: r, secret: canary-secret}",
        edition: SecretStore.KeyValueEdition = .two, now: @escaping @Sendable () -> Moment = { .start }
    ) throws -> VaultStore {
        let text = "address: https://vault:8200\nsignIn:\n  \(signIn)\n"
        return VaultStore(
            try VaultConnection(Array(text.utf8), file: "main.yaml"), engine: "secret", edition: edition,
            fingerprints: SecretFingerprints(key: [UInt8](repeating: 1, count: 32)),
            send: { request throws(StoreError) in try await server.send(request) },
            readFile: { _ throws(StoreError) in Array("jwt-token\n".utf8) }, now: now)
    }

    @Test func `it signs in once, and gives keys, values and the version`() async throws {
        let server = Server()
        server.answer("auth/approle/login", 200, Self.login)
        server.answer("secret/data/shop/db", 200, Self.versioned("canary", 4))
        let store = try store(server)
        for _ in 0..<2 {
            let secret = try await store.read("shop/db", version: nil)
            #expect(secret.version == "4" && secret.number == 4)
            #expect(secret.values["password"] == Secret(Array("canary".utf8)))
            #expect(secret.values["port"] == Secret(Array("5432".utf8)), "what is no text is given as JSON")
        }
        let state = server.state.withLock { $0 }
        #expect(state.asked == ["POST auth/approle/login", "GET secret/data/shop/db", "GET secret/data/shop/db"])
        #expect(state.tokens == ["canary-token", "canary-token"])
        #expect(state.bodies.first?.contains("canary-secret") == true)
    }

    @Test func `those who need a token at the same time share one sign-in`() async throws {
        let server = Server()
        server.answer("auth/approle/login", 200, Self.login)
        server.answer("secret/data/shop/db", 200, Self.versioned("canary", 4))
        server.hold()
        let store = try store(server)
        try await withThrowingTaskGroup(of: Int64?.self) { group in
            for _ in 0..<5 { group.addTask { try await store.read("shop/db", version: nil).number } }
            while await store.granting.waiters(for: "https://vault:8200") < 4 { await Task.yield() }
            server.release()
            for try await number in group { #expect(number == 4) }
        }
        #expect(server.state.withLock { $0.asked.count { $0 == "POST auth/approle/login" } } == 1)
        #expect(server.state.withLock { $0.tokens } == [String](repeating: "canary-token", count: 5))
    }

    @Test(arguments: [
        ("jwt: {role: a, tokenFile: /t}", "auth/jwt/login", "jwt-token"),
        ("kubernetes: {role: a}", "auth/kubernetes/login", "jwt-token"),
        ("userpass: {user: al/ice, password: pw}", "auth/userpass/login/al%2Fice", "pw"),
        ("{appRole: {role: a, secret: b}, mount: deep/er}", "auth/deep/er/login", "secret_id"),
    ])
    func `each way to sign in asks its own address`(signIn: String, path: String, body: String) async throws {
        let server = Server()
        server.answer(path, 200, Self.login)
        server.answer("secret/data/a", 200, Self.versioned("x", 1))
        let written =
            signIn.hasPrefix("{")
            ? String(signIn.dropFirst().dropLast()).replacing(", mount", with: "\n  mount") : signIn
        _ = try await store(server, written).read("a", version: nil)
        #expect(server.state.withLock { $0.asked.first } == "POST \(path)")
        #expect(server.state.withLock { $0.bodies.first?.contains(body) } == true)
    }

    @Test func `a lease is renewed, and a token that was revoked is replaced`() async throws {
        let server = Server()
        let clock = Mutex(Moment.start)
        server.answer("auth/approle/login", 200, Self.login)
        server.answer("auth/token/renew-self", 200, Self.login)
        server.answer("secret/data/a", 200, Self.versioned("x", 1))
        let store = try store(server, now: { clock.withLock { $0 } })
        _ = try await store.read("a", version: nil)
        clock.withLock { $0 = $0.advanced(by: .seconds(50)) }
        server.answer("secret/data/a", 403, "{}")
        server.answer("auth/token/lookup-self", 403, "{}")
        server.answer("secret/data/a", 200, Self.versioned("x", 2))
        _ = try await store.read("a", version: nil)
        let third = try await store.read("a", version: nil)
        #expect(third.number == 2)
        #expect(
            server.state.withLock { $0.asked } == [
                "POST auth/approle/login", "GET secret/data/a", "POST auth/token/renew-self", "GET secret/data/a",
                "GET secret/data/a", "GET auth/token/lookup-self", "POST auth/approle/login", "GET secret/data/a",
            ])
    }

    @Test func `what is denied costs no new sign-in`() async throws {
        let server = Server()
        server.answer("auth/approle/login", 200, Self.login)
        server.answer("auth/token/lookup-self", 200, "{}")
        server.answer("secret/data/a", 403, "{}")
        let store = try store(server)
        for _ in 0..<3 {
            let error = await #expect(throws: StoreError.self) { try await store.read("a", version: nil) }
            #expect(error?.state == .denied)
        }
        #expect(server.state.withLock { $0.asked.count { $0 == "POST auth/approle/login" } } == 1)
    }

    @Test(arguments: [
        (403, "{}", StoreError.State.denied), (404, "{}", .missing), (429, "", .throttled), (503, "", .unreachable),
        (500, "canary", .unreachable), (307, "", .malformed), (200, "canary <html>", .malformed),
        (200, "{}", .malformed),
        (200, #"{"data": {"data": {"a": "canary"}}}"#, .malformed), (200, "[1]", .malformed),
        (404, #"{"data": {"data": null, "metadata": {"version": 3, "destroyed": false}}}"#, .missing),
    ])
    func `each bad answer is a state of its own, and is not repeated`(
        status: Int, body: String, state: StoreError.State
    ) async throws {
        let server = Server()
        server.answer("auth/approle/login", 200, Self.login)
        server.answer("secret/data/a", status, body)
        let store = try store(server)
        let error = await #expect(throws: StoreError.self) { try await store.read("a", version: nil) }
        #expect(error?.state == state, "\(String(describing: error))")
        #expect(!"\(String(describing: error))".contains("canary"))
        if state == .throttled { #expect(error?.retryAfter == .seconds(7)) }
        if body.contains("destroyed") { #expect(error?.reason.string.contains("version 3 was deleted") == true) }
    }

    @Test func `a sign-in that is refused is told as that`() async throws {
        let server = Server()
        server.answer("auth/approle/login", 400, #"{"errors": ["invalid role canary"]}"#)
        let store = try store(server)
        let error = await #expect(throws: StoreError.self) { try await store.read("a", version: nil) }
        #expect(error?.state == .signInRefused)
        #expect(!"\(String(describing: error))".contains("canary"))
    }

    @Test func `an engine without versions gives fingerprints`() async throws {
        let server = Server()
        server.answer("auth/approle/login", 200, Self.login)
        server.answer("secret/a", 200, #"{"data": {"password": "one"}}"#)
        server.answer("secret/a", 200, #"{"data": {"password": "two"}}"#)
        let store = try store(server, edition: .one)
        let first = try await store.read("a", version: nil)
        let second = try await store.read("a", version: nil)
        #expect(first.number == nil && first.version != second.version && first.version.utf8.count == 16)
        let error = await #expect(throws: StoreError.self) { try await store.read("a", version: 3) }
        #expect(error?.state == .missing)
    }

    @Test(arguments: [
        "", "a: b", "address: vault\nsignIn: {token: x}", "address: https://v\nsignIn: {}",
        "address: https://v\nsignIn: {token: canary, userpass: {user: a, password: canary}}",
        "address: https://v\nsignIn: {token: [canary]}", "address: https://v\nsignIn: {token: canary, mount: ../x}",
        "address: https://v\nsigIn: {token: canary}", "{", "address: https://v/\nsignIn: {token: canary}",
    ])
    func `a connection that is not in order is refused without showing it`(text: String) {
        let error = #expect(throws: StoreError.self) { try VaultConnection(Array(text.utf8), file: "main.yaml") }
        #expect(error?.state == .unconfigured)
        #expect(!"\(String(describing: error))".contains("canary"))
    }
}
