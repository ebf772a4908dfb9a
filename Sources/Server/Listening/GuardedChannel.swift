// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import HummingbirdCore
import Logging
import NIOCore

/// A connection that is closed when TLS is not agreed upon and followed by a first byte within a time, or when no
/// request is open on it for another, or too many are.
struct GuardedChannel<Base: ServerChildChannel>: ServerChildChannel {
    typealias Value = Base.Value

    let base: Base
    let limits: APIServer.Limits

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Base.Value> {
        base.setup(channel: channel, logger: logger).flatMapThrowing { value in
            // Behind TLS: what it sees was decrypted.
            try channel.pipeline.syncOperations.addHandler(ConnectionDeadline(limits))
            return value
        }
    }

    func handle(value: Base.Value, logger: Logger) async { await base.handle(value: value, logger: logger) }
}
