// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
package import Model

/// What is known of a provider: where to ask it, and the keys that it signs with. Guards that it is not asked more often
/// than it takes, whoever sends what.
package actor ProviderDesk {
    package struct Knowledge: Sendable {
        package var metadata: ProviderMetadata
        package var keys: KeySet
        var since: Moment
    }

    package nonisolated let provider: IdentityProvider
    private let send: ProviderRequest.Send
    private let now: @Sendable () -> Moment
    private let flights = SingleFlight<IdentityProviderName, Knowledge, ProviderError>()
    private var known: Knowledge?
    private var failure: ProviderError?
    private var asked: Moment?

    /// Then it is asked again.
    package static let fresh = Duration.seconds(3600)
    /// So long it is taken at its last word while it does not answer.
    package static let stale = Duration.seconds(24 * 3600)
    /// The least time between two questions that strangers can cause.
    package static let pause = Duration.seconds(60)
    /// The same after one that failed.
    package static let failurePause = Duration.seconds(10)

    package init(
        _ provider: IdentityProvider, now: @escaping @Sendable () -> Moment, send: @escaping ProviderRequest.Send
    ) {
        self.provider = provider
        self.now = now
        self.send = send
    }

    package func knowledge() async throws(ProviderError) -> Knowledge {
        let time = now()
        if let known, time < known.since.advanced(by: Self.fresh) { return known }
        let usable = known.flatMap { time < $0.since.advanced(by: Self.stale) ? $0 : nil }
        if let failure, let asked, time < asked.advanced(by: Self.failurePause) {
            guard let usable else { throw failure }
            return usable
        }
        do throws(ProviderError) {
            return try await ask()
        } catch {
            guard let usable else { throw error }
            return usable
        }
    }

    /// What the token says, when it counts. A key that is not known is asked for, once in a while.
    package func claims(
        of token: SignedToken, _ check: TokenCheck, at time: Time
    ) async throws(SignInFault) -> Claims {
        let known: Knowledge
        do { known = try await knowledge() } catch { throw .provider(error) }
        do throws(TokenFault) {
            return try check.claims(of: token, by: known.keys, now: time)
        } catch {
            guard error == .unknownKey, let newer = await renewed(after: known) else { throw .token(error) }
            do throws(TokenFault) { return try check.claims(of: token, by: newer.keys, now: time) } catch {
                throw .token(error)
            }
        }
    }

    /// `nil` when there is nothing newer, or it was asked not long ago.
    private func renewed(after old: Knowledge) async -> Knowledge? {
        if let known, known.since > old.since { return known }
        if let asked, now() < asked.advanced(by: Self.pause) { return nil }
        return try? await ask()
    }

    private func ask() async throws(ProviderError) -> Knowledge {
        asked = now()
        do throws(ProviderError) {
            let (provider, send, time) = (provider, send, now())
            let found = try await flights.run(provider.name) { () throws(ProviderError) in
                try await Self.look(at: provider, send, time)
            }
            known = found
            failure = nil
            return found
        } catch {
            failure = error
            throw error
        }
    }

    private static func look(
        at provider: IdentityProvider, _ send: ProviderRequest.Send, _ time: Moment
    ) async throws(ProviderError) -> Knowledge {
        func get(_ url: Text) async throws(ProviderError) -> ProviderResponse {
            let response = try await send(
                ProviderRequest(url: url, certificateAuthority: provider.certificateAuthority))
            guard response.status == 200 else {
                throw ProviderError(.unreachable, "\(url): answered with status \(response.status)")
            }
            return response
        }
        let address = ProviderMetadata.address(of: provider.issuer)
        guard let object = try await get(address).object else {
            throw ProviderError(.unusable, "\(address): is no JSON in order")
        }
        let metadata = try ProviderMetadata(object, issuer: provider.issuer)
        let keys = try await get(metadata.keys.text).body.withExposed { KeySet($0) }
        guard let keys else { throw ProviderError(.unusable, "\(metadata.keys.text): is no set of keys") }
        return Knowledge(metadata: metadata, keys: keys, since: time)
    }
}
