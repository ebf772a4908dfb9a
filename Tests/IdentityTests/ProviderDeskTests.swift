// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Identity
import Manifest
import Model
import Synchronization
import TestSupport
import Testing

/// How often a provider is asked, whoever sends what.
@Suite struct ProviderDeskTests {
    private final class World: Sendable {
        static let wall = Time(nanoseconds: 1_800_000_000 * 1_000_000_000)
        let moment = Mutex(Moment.start)
        let provider = MemoryProvider("https://id.example.org") { World.wall }
        let check = TokenCheck(issuer: "https://id.example.org", audiences: ["hub"])

        func desk() throws -> ProviderDesk {
            ProviderDesk(
                IdentityProvider(
                    name: try #require(IdentityProviderName("ci")), issuer: provider.issuer, audiences: ["hub"]),
                now: { self.moment.withLock(\.self) }, send: provider.send)
        }

        func wait(_ duration: Duration) { moment.withLock { $0 = $0.advanced(by: duration) } }
        var asked: Int { provider.state.withLock { $0.asked.count { $0 == "/keys" } } }

        func fault(_ desk: ProviderDesk, _ key: TestKey) async -> SignInFault? {
            do throws(SignInFault) {
                let token: SignedToken
                do { token = try SignedToken(parsing: key.token(provider.claims(for: "hub"))) } catch {
                    return .token(error)
                }
                _ = try await desk.claims(of: token, check, at: Self.wall)
                return nil
            } catch { return error }
        }
    }

    @Test func `keys are asked for once an hour`() async throws {
        let world = World()
        let desk = try world.desk()
        for _ in 0..<10 { #expect(await world.fault(desk, .rsa) == nil) }
        #expect(world.asked == 1)
        world.wait(.seconds(3600))
        #expect(await world.fault(desk, .rsa) == nil)
        #expect(world.asked == 2)
    }

    @Test func `a new key is found at once, and strangers cause one question a minute`() async throws {
        let world = World()
        let desk = try world.desk()
        #expect(await world.fault(desk, .rsa) == nil)
        world.wait(.seconds(120))
        let new = TestKey.fresh(named: "new")
        world.provider.state.withLock { $0.keys.append(new) }
        #expect(await world.fault(desk, new) == nil)
        #expect(world.asked == 2)
        for number in 0..<20 {
            #expect(await world.fault(desk, .fresh(named: "nobody-\(number)")) == .token(.unknownKey))
        }
        #expect(world.asked == 2)
        world.wait(.seconds(60))
        #expect(await world.fault(desk, .fresh(named: "nobody")) == .token(.unknownKey))
        #expect(world.asked == 3)
    }

    @Test func `a key that is withdrawn counts no longer than an hour`() async throws {
        let world = World()
        let desk = try world.desk()
        #expect(await world.fault(desk, .p256) == nil)
        world.provider.state.withLock { $0.keys = [.rsa] }
        world.wait(.seconds(3600))
        #expect(await world.fault(desk, .p256) == .token(.unknownKey))
    }

    @Test func `a provider that is away is taken at its last word for a day`() async throws {
        let world = World()
        let desk = try world.desk()
        #expect(await world.fault(desk, .rsa) == nil)
        world.provider.state.withLock { $0.isAway = true }
        world.wait(.seconds(23 * 3600))
        #expect(await world.fault(desk, .rsa) == nil)
        world.wait(.seconds(3600))
        guard case .provider = await world.fault(desk, .rsa) else {
            Issue.record("its last word counts for ever")
            return
        }
        // It is asked again, and not with every request.
        let before = world.provider.state.withLock { $0.asked.count }
        for _ in 0..<10 { _ = await world.fault(desk, .rsa) }
        #expect(world.provider.state.withLock { $0.asked.count } == before)
        world.provider.state.withLock { $0.isAway = false }
        world.wait(.seconds(10))
        #expect(await world.fault(desk, .rsa) == nil)
    }
}
