// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import HTTPTypes
import Hummingbird
import Manifest
import NIOCore
import ServiceLifecycle

/// A body that is made while it is written. Ends with whoever asked for it, with the server, and with the asker's right
/// to it.
struct PieceStream {
    private let pieces: PageAnswer.Pieces
    private let isGood: @Sendable () -> Bool

    init(_ pieces: PageAnswer.Pieces, isGood: @escaping @Sendable () -> Bool) {
        self.pieces = pieces
        self.isGood = isGood
    }

    func answer(_ page: PageAnswer, _ request: Request, _ context: Context) -> Response {
        let (pieces, isGood) = (pieces, isGood)
        var headers: HTTPFields = [.contentType: page.type.string, .cacheControl: page.cacheControl.string]
        // Having watched the connection for its end, the server cannot take another request from it.
        if !context.isStream { headers[.connection] = "close" }
        return Response(
            status: HTTPResponse.Status(code: page.status), headers: headers,
            body: ResponseBody { writer in
                // Without this a handler that waits is not told that its client is gone.
                try? await request.body.consumeWithCancellationOnInboundClose { _ in
                    var place: UInt64? = pieces.start
                    while let start = place, isGood(), !Task.isCancelled, !Task.isShuttingDownGracefully {
                        let piece = try await cancelWhenGracefulShutdown { try await pieces.next(start) }
                        try await writer.write(ByteBuffer(bytes: piece.bytes))
                        place = piece.next
                    }
                }
                try await writer.finish(nil)
            })
    }
}
