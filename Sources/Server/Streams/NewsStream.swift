// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Hummingbird
import NIOCore

/// What a page that is open is told. All who may read everything are told the same, which is made once for them.
struct NewsStream {
    let news: PageAnswer.News
    let operations: AuthorizedOperations
    let frames: FrameStream

    func answer(_ context: Context) -> Response {
        frames.answer(context, of: .happenings, first: FrameStream.Frame(position: news.start)) { [news] position in
            ByteBuffer(bytes: news.alive(position))
        } next: { [self] position in
            await next(after: position)
        }
    }

    private func next(after position: UInt64) async -> FrameStream.Frame {
        do {
            let told: UnitFeed.Told
            if news.isOfAll, await operations.sight().isWhole {
                told = try await frames.feed.told(after: position, by: news.next)
            } else {
                let (bytes, next) = try await news.next(operations, position)
                told = UnitFeed.Told(frame: ByteBuffer(bytes: bytes), reached: next)
            }
            let isCatchingUp = await frames.feed.hasMore(behind: told.reached)
            let bytes = told.frame.readableBytes > 0 ? told.frame : nil
            return FrameStream.Frame(bytes: bytes, position: told.reached, isCatchingUp: isCatchingUp)
        } catch {
            return FrameStream.Frame(bytes: nil, position: nil)
        }
    }
}
