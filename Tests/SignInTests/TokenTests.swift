// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Foundation
import Manifest
import Model
import SignIn
import Synchronization
import TestSupport
import Testing

@Suite struct TokenTests {
    private final class World: Sendable {
        let time = Mutex(Sample.now)
        let drafts = Mutex<[EventDraft]>([])

        func open(_ path: String) async throws -> TokenDesk {
            try await TokenDesk.open(path: path, now: { self.time.withLock(\.self) }) { drafts in
                self.drafts.withLock { $0 += drafts }
            }
        }
    }

    private func request(_ name: Text, verbs: Set<Verb> = [.read], life: Int = 3600) throws -> TokenRequest {
        TokenRequest(
            name: try #require(TokenName(name)), scope: TokenScope(verbs: verbs),
            expires: Sample.now.advanced(by: .seconds(life)), reason: "for CI")
    }

    private let actor = Actor("user:root")

    @Test func `a token counts until it expires, and no other does`() async throws {
        try await withScratchFolder { folder in
            let world = World()
            let desk = try await world.open(folder.path + "/tokens.json")
            let issued = try await desk.createToken(request("ci"), actor: actor)
            let text = issued.text.withExposed(\.self)
            #expect(text.string.hasPrefix("trimtab_ci_"))
            #expect(desk.record(of: text)?.principal.actor.text == "token:ci")
            let digits = text.string.dropFirst("trimtab_ci_".count)
            for other in [
                "trimtab_c_\(digits)", "trimtab_ci_\(digits.dropLast())0\(digits.last == "0" ? "1" : "")",
                "trimtab_ci_", "trimtab_ci_\(String(repeating: "0", count: 64))", "trimtab__\(digits)", "", "\(digits)",
                "trimtab_ci_\(digits)_", "trimtab_ci_\(digits)00", "xtrimtab_ci_\(digits)",
            ] {
                #expect(desk.record(of: Text(other)) == nil, "\(other)")
            }
            world.time.withLock { $0 = Sample.now.advanced(by: .seconds(3600)) }
            #expect(desk.record(of: text) == nil)
        }
    }

    @Test func `tokens outlive a restart, and only their hashes are kept`() async throws {
        try await withScratchFolder { folder in
            let (world, path) = (World(), folder.path + "/tokens.json")
            let text = try await world.open(path).createToken(request("ci"), actor: actor).text.withExposed(\.self)
            #expect(try await world.open(path).record(of: text)?.view.scope.verbs == [.read])
            let kept = try String(contentsOfFile: path, encoding: .utf8)
            #expect(!kept.contains(text.string.dropFirst("trimtab_ci_".count)))
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o600)
            #expect(!world.drafts.withLock { "\($0)" }.contains(text.string.dropFirst("trimtab_ci_".count)))
        }
    }

    @Test func `what was made and revoked is on record`() async throws {
        try await withScratchFolder { folder in
            let world = World()
            let desk = try await world.open(folder.path + "/tokens.json")
            let issued = try await desk.createToken(request("ci"), actor: actor)
            _ = try await desk.revokeToken(issued.token.name, reason: "leaked", actor: actor)
            let drafts = world.drafts.withLock(\.self)
            #expect(drafts.map(\.kind) == [.tokenCreated, .tokenRevoked])
            #expect(drafts.map(\.actor) == [actor, actor])
            #expect(TokenCreated(drafts[0].payload)?.verbs == ["read"])
            #expect(TokenRevoked(drafts[1].payload)?.reason == "leaked")
            #expect(issued.text.withExposed { desk.record(of: $0) } == nil)
            #expect(try await world.open(folder.path + "/tokens.json").tokens().isEmpty)
        }
    }

    @Test func `what cannot be recorded is not made`() async throws {
        try await withScratchFolder { folder in
            let path = folder.path + "/tokens.json"
            let desk = try await TokenDesk.open(path: path, now: { Sample.now }) { _ in throw CancellationError() }
            let error = await #expect(throws: APIError.self) {
                try await desk.createToken(request("ci"), actor: actor)
            }
            #expect(error?.code == .unavailable)
            #expect(try await desk.tokens().isEmpty)
            #expect(!FileManager.default.fileExists(atPath: path))
        }
    }

    @Test func `a name is given once`() async throws {
        try await withScratchFolder { folder in
            let world = World()
            let desk = try await world.open(folder.path + "/tokens.json")
            let results = await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<8 {
                    group.addTask { (try? await desk.createToken(self.request("ci"), actor: self.actor)) != nil }
                }
                return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(results == 1)
            #expect(try await desk.tokens().count == 1)
        }
    }

    @Test func `a token ends within a year, and not before it begins`() async throws {
        try await withScratchFolder { folder in
            let desk = try await World().open(folder.path + "/tokens.json")
            for life in [0, -1, 367 * 86_400] {
                let error = await #expect(throws: APIError.self) {
                    try await desk.createToken(request("ci", life: life), actor: actor)
                }
                #expect(error?.code == .invalid)
            }
        }
    }

    @Test func `an invitation is good once`() async throws {
        try await withScratchFolder { folder in
            let world = World()
            let desk = try await world.open(folder.path + "/tokens.json")
            #expect(desk.isEmpty)
            let issued = try await desk.invite(
                try #require(TokenName("first")), for: .seconds(900), actor: .trimtab)
            #expect(!desk.isEmpty)
            let record = try #require(issued.text.withExposed { desk.record(of: $0) })
            #expect(record.isForOneSignIn)
            #expect(try await desk.redeem(record))
            #expect(try await !desk.redeem(record))
            #expect(issued.text.withExposed { desk.record(of: $0) } == nil)
        }
    }

    @Test func `a file that others could have written is refused`() async throws {
        try await withScratchFolder { folder in
            let path = folder.path + "/tokens.json"
            _ = try await World().open(path).createToken(request("ci"), actor: actor)
            try FileManager.default.setAttributes([.posixPermissions: 0o660], ofItemAtPath: path)
            await #expect(throws: APIError.self) { try await World().open(path) }
            try FileManager.default.removeItem(atPath: path)
            try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/etc/passwd")
            await #expect(throws: APIError.self) { try await World().open(path) }
        }
    }

    @Test func `what could not be saved as revoked counts no longer, and can be revoked again`() async throws {
        try await withScratchFolder { folder in
            let (world, files) = (World(), FileManager.default)
            let (state, away) = (folder.path + "/state", folder.path + "/away")
            try files.createDirectory(atPath: state, withIntermediateDirectories: false)
            let desk = try await world.open(state + "/tokens.json")
            let text = try await desk.createToken(request("ci"), actor: actor).text.withExposed(\.self)
            let name = try #require(TokenName("ci"))
            try files.moveItem(atPath: state, toPath: away)
            let error = await #expect(throws: APIError.self) {
                try await desk.revokeToken(name, reason: "", actor: actor)
            }
            #expect(error?.code == .failed && desk.record(of: text) == nil)
            try files.moveItem(atPath: away, toPath: state)
            #expect(try await world.open(state + "/tokens.json").record(of: text) != nil)
            _ = try await desk.revokeToken(name, reason: "", actor: actor)
            #expect(try await world.open(state + "/tokens.json").record(of: text) == nil)
            #expect(world.drafts.withLock { $0.map(\.kind) } == [.tokenCreated, .tokenRevoked])
            let absent = await #expect(throws: APIError.self) {
                try await desk.revokeToken(name, reason: "", actor: actor)
            }
            #expect(absent?.code == .notFound)
        }
    }
}
