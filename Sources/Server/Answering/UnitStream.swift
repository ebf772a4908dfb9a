// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import HTTPTypes
import Hummingbird
import Manifest
import Model
import NIOCore
import ServiceLifecycle

/// The units of a view as they change: server-sent events, which browsers read by themselves and take up again where a
/// connection broke.
///
/// A frame holds the newest state of each unit that something happened to since the last one, however much that was, and
/// there are ten frames a second at most. Nothing is queued for a reader who is slow.
struct UnitStream {
    let operations: AuthorizedOperations
    let heartbeat: Duration
    /// Whether its reader would still be let in.
    let isGood: @Sendable () -> Bool

    private static let interval = Duration.milliseconds(100)
    /// Events looked at for one frame. Whoever is further behind loads the view anew.
    private static let limit = 1000

    /// - Parameter start: the event up to which the reader knows the view; `nil` for now.
    func answer(_ request: Request, _ units: UnitFilter, after start: UInt64?) -> Response {
        Response(
            status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
            body: ResponseBody { [self] writer in
                // Without this a handler that waits is not told that its client is gone.
                try? await request.body.consumeWithCancellationOnInboundClose { _ in
                    var position = start
                    while !Task.isCancelled, !Task.isShuttingDownGracefully, isGood() {
                        let frame = await next(units, after: position)
                        try await writer.write(ByteBuffer(string: frame.text))
                        guard let reached = frame.position else { return }
                        position = reached
                        if !frame.isEmpty { try await Task.sleep(for: Self.interval) }
                    }
                }
                try await writer.finish(nil)
            })
    }

    private struct Frame {
        var text: String
        /// `nil` when it is the last one.
        var position: UInt64?
        var isEmpty = false
    }

    private func next(_ units: UnitFilter, after position: UInt64?) async -> Frame {
        do {
            var filter = EventFilter(units: units, limit: position == nil ? 1 : Self.limit)
            if let position {
                filter.start = .after(position)
                filter.wait = min(heartbeat, EventFilter.longestWait)
            }
            let asked = filter
            let page = try await cancelWhenGracefulShutdown { try await operations.events(asked) }
            guard position != nil else { return Self.frame("start", at: page.next, [:]) }
            let touched = Set(page.events.compactMap(\.event.unit)).sorted()
            guard !touched.isEmpty else { return Frame(text: ":\n\n", position: page.next, isEmpty: true) }
            if page.events.count == Self.limit { return try await reset() }
            let status = try await operations.status(of: UnitFilter(patterns: touched.map { UnitPattern($0) }))
            let there = Set(status.units.map(\.unit))
            return Self.frame(
                "units", at: page.next,
                ["units": status.units.wire, "gone": touched.filter { !there.contains($0) }.wireUnlessEmpty])
        } catch {
            let failure = error as? APIError ?? APIError(.failed, "\(error)")
            return Frame(text: Self.text("failure", ["error": failure.wire]), position: nil)
        }
    }

    /// Tells the reader to load the view again.
    private func reset() async throws(APIError) -> Frame {
        Self.frame("reset", at: try await operations.events(EventFilter(limit: 1)).next, [:])
    }

    private static func frame(_ name: String, at position: UInt64, _ fields: KeyValuePairs<Text, Value?>) -> Frame {
        Frame(text: "id: \(position)\n" + text(name, .fields(fields)), position: position)
    }

    /// JSON has no line breaks of its own, so one line of data holds it.
    private static func text(_ name: String, _ value: Value) -> String {
        "event: \(name)\ndata: \(String(decoding: JSON.write(value), as: UTF8.self))\n\n"
    }
}
