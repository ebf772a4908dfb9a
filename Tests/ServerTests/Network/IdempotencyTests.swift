// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Foundation
import Manifest
import Model
import NIOHTTP1
import Server
import Synchronization
import TestSupport
import Testing

/// An act that is sent twice under one key is done once.
@Suite struct IdempotencyTests {
    private static let pause =
        #"{"units":{"unit":["acme/web@prod"]},"until":"2030-01-01T00:00:00Z","reason":"a"}"#

    private func headers(_ key: String) -> [(String, String)] {
        [("content-type", "application/json"), ("idempotency-key", key)]
    }

    @Test func `the same key and body give the same answer, and the act is done once`() async throws {
        try await withNetworkSite { site in
            let token = try await site.token("ci", Set(Verb.allCases))
            func send(_ path: String, _ key: String, _ body: String, token: String) async throws -> NetworkSite.Answer {
                try await site.send(.POST, path, token: token, headers: headers(key), body: body)
            }
            let first = try await send("/v1/pause", "k1", Self.pause, token: token)
            #expect(first.status == 200, "\(first.body)")
            let done = await site.twin.acts.count
            let second = try await send("/v1/pause", "k1", Self.pause, token: token)
            #expect(second.status == 200 && second.body == first.body)
            #expect(second.headers.first(name: "idempotent-replayed") == "true")
            #expect(first.headers.first(name: "idempotent-replayed") == nil)
            #expect(await site.twin.acts.count == done)
            // Another body, another path, another key, another asker.
            let body = Self.pause.replacing("\"a\"", with: "\"b\"")
            #expect(try await send("/v1/pause", "k1", body, token: token).status == 422)
            #expect(
                try await send("/v1/sync", "k1", #"{"units":{"unit":["acme/web@prod"]},"reason":"a"}"#, token: token)
                    .status == 422)
            #expect(await site.twin.acts.count == done)
            #expect(try await send("/v1/pause", "k2", Self.pause, token: token).status == 200)
            let other = try await site.token("other", Set(Verb.allCases))
            let theirs = try await send("/v1/pause", "k1", Self.pause, token: other)
            #expect(theirs.status == 200 && theirs.headers.first(name: "idempotent-replayed") == nil)
        }
    }

    @Test func `what was refused may be tried again, and keys have a form`() async throws {
        try await withNetworkSite { site in
            let token = try await site.token("ci", Set(Verb.allCases))
            let absent = #"{"units":{"unit":["acme/absent@prod"]},"reason":"a"}"#
            for _ in 0..<2 {
                let answer = try await site.send(.POST, "/v1/sync", token: token, headers: headers("k"), body: absent)
                #expect(answer.status == 404 && answer.headers.first(name: "idempotent-replayed") == nil)
            }
            for key in ["a b", String(repeating: "k", count: 256)] {
                let answer = try await site.send(
                    .POST, "/v1/pause", token: token, headers: headers(key), body: Self.pause)
                #expect(answer.status == 400, "\(key)")
            }
            let two = try await site.send(
                .POST, "/v1/pause", token: token, headers: headers("a") + [("idempotency-key", "b")],
                body: Self.pause)
            #expect(two.status == 400)
            // Answers that hold a secret are not kept.
            let made = try await site.send(
                .POST, "/v1/tokens/create", token: token, headers: headers("t"),
                body: #"{"name":"new","verbs":["read"],"expires":"2026-11-30T00:00:00Z"}"#)
            #expect(made.status == 400)
        }
    }

    @Test func `what was done is remembered by the next process, for a day`() async throws {
        try await withScratchFolder { folder in
            let clock = Mutex(Sample.now)
            func memory() -> ActMemory { ActMemory(folder: folder.path + "/acts", now: { clock.withLock { $0 } }) }
            guard case .begin(let id) = try await memory().begin("k", of: "token:ci", [1]) else {
                Issue.record("it is new")
                return
            }
            // Cut off: nobody can say how far it came.
            let cut = await #expect(throws: APIError.self) { try await memory().begin("k", of: "token:ci", [1]) }
            #expect(cut?.code == .conflict)
            let first = memory()
            await first.end(id, (200, Array("{}\n".utf8)))
            guard case .answer(200, let body) = try await memory().begin("k", of: "token:ci", [1]) else {
                Issue.record("it was done")
                return
            }
            #expect(body == Array("{}\n".utf8))
            let other = await #expect(throws: APIError.self) { try await memory().begin("k", of: "token:ci", [2]) }
            #expect(other?.code == .reused)
            let mode = try FileManager.default.attributesOfItem(atPath: folder.path + "/acts/\(id.hex).json")
            #expect(mode[.posixPermissions] as? Int == 0o600)
            clock.withLock { $0 = $0.advanced(by: ActMemory.length + .seconds(1)) }
            guard case .begin = try await memory().begin("k", of: "token:ci", [2]) else {
                Issue.record("a day is over")
                return
            }
        }
    }

    @Test func `the same act at the same time is done once`() async throws {
        try await withScratchFolder { folder in
            let memory = ActMemory(folder: folder.path + "/acts", now: { Sample.now })
            let begun = await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<20 {
                    group.addTask {
                        guard case .begin = try? await memory.begin("k", of: "token:ci", [1]) else { return false }
                        return true
                    }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(begun == 1)
        }
    }

    @Test func `one asker's keys leave room for others, and what was done is told all the same`() async throws {
        try await withScratchFolder { folder in
            let acts = folder.path + "/acts"
            func memory() -> ActMemory { ActMemory(folder: acts, now: Clocks.system.wall) }
            let first = memory()
            guard case .begin(let id) = try await first.begin("k", of: "token:ci", [1]) else {
                Issue.record("it is new")
                return
            }
            await first.end(id, (200, Array("{}\n".utf8)))
            // As many as it may have, as far as their names say.
            for number in 1..<ActMemory.capacityOfOne {
                let digits = String(number)
                let name = id.hex.prefix(16) + String(repeating: "0", count: 48 - digits.count) + digits
                #expect(FileManager.default.createFile(atPath: "\(acts)/\(name).json", contents: nil))
            }
            let next = memory()
            let full = await #expect(throws: APIError.self) { _ = try await next.begin("new", of: "token:ci", [1]) }
            #expect(full?.code == .tooMany)
            guard case .answer(200, _) = try await next.begin("k", of: "token:ci", [1]) else {
                Issue.record("it was done")
                return
            }
            guard case .begin = try await next.begin("k", of: "token:other", [1]) else {
                Issue.record("others have room of their own")
                return
            }
        }
    }
}
