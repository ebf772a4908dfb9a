// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import HTTPTypes
import Hummingbird
import NIOCore
import ServiceLifecycle

/// Server-sent events for one reader, who is told of news by the feed that all share. Ends with the reader, with the
/// server, and with the reader's right to it.
///
/// It all happens in the task that the connection has: there may be hundreds of readers, and what a task needs of memory
/// is more than what it waits for.
struct FrameStream {
    /// What there is to tell a reader next.
    struct Frame {
        /// `nil` when nothing of it is for this reader.
        var bytes: ByteBuffer?
        /// Up to where the reader knows all then; `nil` when it is the last one.
        var place: NewsPlace?
        /// Whether there may be more already.
        var isCatchingUp = false
    }

    let feed: UnitFeed
    let heartbeat: Duration
    /// Whether its reader would still be let in.
    let isGood: @Sendable () -> Bool

    /// - Parameters:
    ///   - interest: what the frames are made of.
    ///   - first: what the reader is told before anything happens, if anything, and up to where it knows all then.
    ///   - alive: shows that the stream lives.
    ///   - next: makes a frame of what is behind a place. Does not wait for more.
    func answer(
        _ context: Context, of interest: UnitFeed.Interest, first: Frame,
        alive: @escaping @Sendable (UInt64) -> ByteBuffer,
        next: @escaping @Sendable (NewsPlace) async -> Frame
    ) -> Response {
        var headers: HTTPFields = [.contentType: "text/event-stream", .cacheControl: "no-store"]
        // A client that is watched for its end is not listened to any more.
        if !context.isStream { headers[.connection] = "close" }
        return Response(
            status: .ok, headers: headers,
            body: ResponseBody { [self] writer in
                let bell = await feed.watch(for: interest)
                context.whenClientIsGone { bell.silence() }
                // One that cannot be written to is gone.
                try? await write(to: &writer, first, bell, alive, next)
                bell.silence()
                try await writer.finish(nil)
            })
    }

    @concurrent private func write(
        to writer: inout any ResponseBodyWriter, _ first: Frame, _ bell: UnitFeed.Bell,
        _ alive: (UInt64) -> ByteBuffer, _ next: (NewsPlace) async -> Frame
    ) async throws {
        var strokes = bell.strokes.makeAsyncIterator()
        if let bytes = first.bytes { try await writer.write(bytes) }
        guard var place = first.place else { return }
        var spoke = ContinuousClock.now
        while !Task.isCancelled, !Task.isShuttingDownGracefully, isGood() {
            let frame = await next(place)
            if let bytes = frame.bytes {
                for piece in UnitBatch.pieces(of: bytes) { try await writer.write(piece) }
                spoke = .now
            } else if spoke.duration(to: .now) >= heartbeat / 2 {
                // The feed rings once a heartbeat where nothing happens, and not to the millisecond.
                try await writer.write(alive((frame.place ?? place).sequence))
                spoke = .now
            }
            guard let reached = frame.place else { return }
            place = reached
            if frame.isCatchingUp {
                try await Task.sleep(for: UnitFeed.interval)
            } else if await strokes.next() == nil {
                return
            }
        }
    }
}
