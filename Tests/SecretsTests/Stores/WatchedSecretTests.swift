// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model
import Secrets
import Testing

/// What stays known of a secret whose store does not give what it should.
@Suite struct WatchedSecretTests {
    private func secret(_ number: Int64) -> StoredSecret {
        StoredSecret(version: Text("\(number)"), number: number, values: ["value": Secret(Array("v\(number)".utf8))])
    }

    private func at(_ seconds: Int64) -> Moment { Moment(nanoseconds: seconds * 1_000_000_000) }

    @Test func `the first answer and another version are changes, the same one is none`() throws {
        var watched = WatchedSecret()
        #expect(watched.take(.success(secret(1)), now: at(0), pause: .seconds(60)) == .version)
        #expect(watched.take(.success(secret(1)), now: at(60), pause: .seconds(60)) == .nothing)
        #expect(watched.take(.success(secret(2)), now: at(120), pause: .seconds(60)) == .version)
        #expect(try watched.answer() == secret(2))
        // A store that was set up anew counts from one again.
        let other = StoredSecret(version: "2", number: 2, values: ["value": Secret(Array("other".utf8))])
        #expect(watched.take(.success(other), now: at(180), pause: .seconds(60)) == .version)
        #expect(try watched.answer() == other)
    }

    @Test(arguments: StoreError.State.allCases)
    func `whatever a store fails with, the last good answer stays`(state: StoreError.State) throws {
        var watched = WatchedSecret()
        _ = watched.take(.success(secret(3)), now: at(0), pause: .seconds(60))
        let error = StoreError(state, "it is so")
        #expect(watched.take(.failure(error), now: at(60), pause: .seconds(60)) == .failed)
        #expect(watched.take(.failure(error), now: at(120), pause: .seconds(60)) == .nothing, "told once")
        #expect(try watched.answer() == secret(3))
        #expect(watched.failure == error)
        #expect(
            watched.take(.success(secret(3)), now: at(180), pause: .seconds(60)) == .recovered(isOther: false))
        #expect(watched.failure == nil)
    }

    @Test func `a store that never answered says why`() {
        var watched = WatchedSecret()
        #expect(watched.take(.failure(StoreError(.denied, "no")), now: at(0), pause: .seconds(1)) == .failed)
        let error = #expect(throws: StoreError.self) { try watched.answer() }
        #expect(error?.state == .denied)
    }

    @Test func `an older version is refused until a person says that it is meant`() throws {
        var watched = WatchedSecret()
        _ = watched.take(.success(secret(7)), now: at(0), pause: .seconds(60))
        #expect(watched.take(.success(secret(4)), now: at(60), pause: .seconds(60)) == .failed)
        #expect(watched.failure?.state == .older)
        #expect(try watched.answer() == secret(7))
        let change = watched.take(.success(secret(4)), now: at(61), pause: .seconds(60), acceptsOlder: true)
        #expect(change == .recovered(isOther: true))
        #expect(try watched.answer() == secret(4))
    }

    @Test func `a store that asks for a pause gets it, and no more than a quarter of an hour`() {
        var watched = WatchedSecret()
        let busy = StoreError(.throttled, "later", retryAfter: .seconds(300))
        _ = watched.take(.failure(busy), now: at(0), pause: .seconds(60))
        #expect(!watched.isDue(at(299)) && watched.isDue(at(300)))
        let rude = StoreError(.throttled, "never", retryAfter: .seconds(86_400))
        _ = watched.take(.failure(rude), now: at(300), pause: .seconds(60))
        #expect(!watched.isDue(at(1199)) && watched.isDue(at(1200)))
    }
}
