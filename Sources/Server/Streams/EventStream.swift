// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import HTTPTypes
import Hummingbird
import Manifest
import NIOCore
import ServiceLifecycle

/// The journal as it grows: one JSON object a line, and an empty line when there is nothing to say for a while.
///
/// Nothing is queued: the next events are read from the journal when the last ones are written.
struct EventStream {
    let operations: any Operations
    let heartbeat: Duration
    /// Whether its reader would still be let in.
    let isGood: @Sendable () -> Bool

    func answer(_ request: Request, _ filter: EventFilter) -> Response {
        let (operations, heartbeat, isGood) = (operations, heartbeat, isGood)
        return Response(
            status: .ok, headers: [.contentType: "application/jsonl", .cacheControl: "no-store"],
            body: ResponseBody { writer in
                // Without this a handler that waits is not told that its client is gone.
                try? await request.body.consumeWithCancellationOnInboundClose { _ in
                    var filter = filter
                    filter.wait = min(heartbeat, EventFilter.longestWait)
                    while !Task.isCancelled, !Task.isShuttingDownGracefully, isGood() {
                        let (lines, next) = await Self.next(operations, filter)
                        try await writer.write(ByteBuffer(bytes: lines))
                        guard let next else { return }
                        filter.start = .after(next)
                    }
                }
                try await writer.finish(nil)
            })
    }

    /// The lines of one page and where to go on; an error is the last line.
    private static func next(_ operations: any Operations, _ filter: EventFilter) async -> ([UInt8], UInt64?) {
        do {
            let page = try await cancelWhenGracefulShutdown { try await operations.events(filter) }
            guard !page.events.isEmpty else { return ([UInt8(ascii: "\n")], page.next) }
            return (page.events.flatMap { JSON.write($0.wire) + [UInt8(ascii: "\n")] }, page.next)
        } catch {
            let failure = error as? APIError ?? APIError(.failed, "\(error)")
            return (JSON.write(["error": failure.wire]) + [UInt8(ascii: "\n")], nil)
        }
    }
}
