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
        frames.answer(context, of: .happenings, first: FrameStream.Frame(place: news.start)) { [news] sequence in
            ByteBuffer(bytes: news.alive(sequence))
        } next: { [self] place in
            await next(after: place)
        }
    }

    private func next(after place: NewsPlace) async -> FrameStream.Frame {
        do {
            let told: UnitFeed.Told
            if news.isOfAll, await operations.sight().isWhole {
                told = try await frames.feed.told(after: place, by: news.next)
            } else {
                let (bytes, next) = try await news.next(operations, place)
                told = UnitFeed.Told(frame: ByteBuffer(bytes: bytes), reached: next)
            }
            let isCatchingUp = await frames.feed.hasMore(behind: told.reached)
            let bytes = told.frame.readableBytes > 0 ? told.frame : nil
            return FrameStream.Frame(bytes: bytes, place: told.reached, isCatchingUp: isCatchingUp)
        } catch {
            return FrameStream.Frame(bytes: nil, place: nil)
        }
    }
}
