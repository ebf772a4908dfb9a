// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import HummingbirdCore
import Logging
import Manifest
import NIOCore
import Synchronization

/// How many connections are open from where, so that one address cannot take the places of all others.
///
/// A connection is counted for its peer: who a proxy brings is known with a request, and not before.
final class ConnectionCount: Sendable {
    private let limit: Int
    private let excepted: [AddressRange]
    private let open = Mutex<[Text: Int]>([:])

    /// - Parameters:
    ///   - limit: of one address, or of one network of IPv6.
    ///   - excepted: whose connections are not counted.
    init(limit: Int, except excepted: [AddressRange]) {
        self.limit = limit
        self.excepted = excepted
    }

    /// Where a connection is counted, which has to ``leave(_:)`` when it ends; `nil` where it need not be counted. Throws
    /// when there is no room.
    func enter(_ address: IPAddress) throws(Full) -> Text? {
        if excepted.contains(where: { $0.contains(address) }) { return nil }
        let network = address.network
        let isFull = open.withLock { open in
            let count = open[network] ?? 0
            if count >= limit { return true }
            open[network] = count + 1
            return false
        }
        if isFull { throw Full() }
        return network
    }

    func leave(_ network: Text) {
        open.withLock { $0[network] = $0[network].flatMap { $0 > 1 ? $0 - 1 : nil } }
    }

    struct Full: Error {}
}

/// A connection that is closed at once where too many of its address are open. Others would wait for it.
struct CountedChannel<Base: ServerChildChannel>: ServerChildChannel {
    typealias Value = Base.Value

    let base: Base
    let count: ConnectionCount

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Base.Value> {
        let ready = base.setup(channel: channel, logger: logger)
        guard let address = channel.remoteAddress.flatMap({ IPAddress($0) }) else { return ready }
        do throws(ConnectionCount.Full) {
            if let network = try count.enter(address) {
                channel.closeFuture.whenComplete { [count] _ in count.leave(network) }
            }
            return ready
        } catch {
            // What serves it begins all the same, and finds that it has ended.
            return ready.map { value in
                channel.close(promise: nil)
                return value
            }
        }
    }

    func handle(value: Base.Value, logger: Logger) async { await base.handle(value: value, logger: logger) }
}
