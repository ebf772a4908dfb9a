// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Manifest
import Model
import NIOCore

/// What happens in a fleet, worked out once for all who watch: they are told ten times a second at most. For those who
/// follow the states of units a batch holds the newest state of each that something happened to since the last one.
///
/// Works only while somebody watches. Batches of the last seconds are kept for those who write slowly, or whose
/// connection broke; nothing is queued for anybody.
actor UnitFeed {
    /// What there is behind a place in the journal.
    enum News: Sendable {
        case batches(ArraySlice<UnitBatch>, reached: UInt64)
        /// It lies further back than the batches that are kept.
        case behind
        case failure(APIError)
    }

    /// What a watcher wants to know.
    enum Interest: Sendable {
        /// How units stand: ``news(after:)``.
        case states
        /// What happened: ``told(after:by:)``.
        case happenings
    }

    /// Tells one watcher that there may be news.
    struct Bell: Sendable {
        /// At most one of them waits. They end with the feed, or when the bell is silenced.
        let strokes: AsyncStream<Void>
        fileprivate let clapper: AsyncStream<Void>.Continuation

        func silence() { clapper.finish() }
    }

    /// What many are told alike of what is behind an event.
    struct Told: Sendable {
        /// Empty when there is nothing to tell.
        var frame: ByteBuffer
        var reached: UInt64
    }

    /// Events looked at for one batch, five times as many at most.
    static let pageSize = 1000
    static let interval = Duration.milliseconds(100)
    private static let mostBatches = 50
    private static let mostChanges = 3000

    private let operations: any Operations
    private let heartbeat: Duration
    private var batches: [UnitBatch] = []
    /// Where the first batch begins and the last one ends; `nil` while nobody watches.
    private var span: (start: UInt64, end: UInt64)?
    private var failure: APIError?
    private var bells: [Int: (bell: Bell, interest: Interest)] = [:]
    private var nextBell = 0
    private var isOver = false
    private let arrivals: (stream: AsyncStream<Void>, tell: AsyncStream<Void>.Continuation)
    /// What was told last, the oldest first, for what came up to an event.
    private var tellings: [(after: UInt64, end: UInt64, told: Task<Told, any Error>)] = []
    private static let mostTellings = 4
    /// How many batches were made, and how many frames for many, for tests.
    private(set) var made = 0
    private(set) var tellingsMade = 0
    var watchers: Int { bells.count }

    /// - Parameter heartbeat: how often the bells ring when nothing happens.
    init(of operations: any Operations, heartbeat: Duration) {
        self.operations = operations
        self.heartbeat = min(heartbeat, EventFilter.longestWait)
        let (stream, tell) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        arrivals = (stream, tell)
    }

    /// A bell that rings when there may be news, and now and then when there are none.
    func watch(for interest: Interest) -> Bell {
        let (strokes, clapper) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let bell = Bell(strokes: strokes, clapper: clapper)
        guard !isOver else {
            bell.silence()
            return bell
        }
        let number = nextBell
        nextBell += 1
        bells[number] = (bell, interest)
        clapper.onTermination = { [weak self] _ in Task { await self?.remove(number) } }
        arrivals.tell.yield()
        return bell
    }

    private func remove(_ number: Int) { bells[number] = nil }

    func news(after position: UInt64) -> News {
        if let failure { return .failure(failure) }
        guard let span else { return .batches([], reached: position) }
        guard position >= span.start else { return .behind }
        let first = batches.firstIndex { $0.end > position } ?? batches.endIndex
        return .batches(batches[first...], reached: max(position, span.end))
    }

    /// Whether the feed has been further in the journal.
    func hasMore(behind position: UInt64) -> Bool { (span?.end ?? 0) > position }

    /// What is behind a place in the journal, in the words of those who may know all: made for the first who asks, and
    /// shared by those who ask for the same before there is more.
    func told(
        after position: UInt64,
        by tell: @escaping @Sendable (any Operations, UInt64) async throws -> (bytes: [UInt8], next: UInt64)
    ) async throws -> Told {
        let end = span?.end ?? 0
        if let known = tellings.first(where: { $0.after == position && $0.end >= end }) {
            return try await known.told.value
        }
        let told = Task { [operations] in
            let (bytes, reached) = try await tell(operations, position)
            return Told(frame: ByteBuffer(bytes: bytes), reached: reached)
        }
        tellingsMade += 1
        if tellings.count == Self.mostTellings { tellings.removeFirst() }
        tellings.append((position, end, told))
        do { return try await told.value } catch {
            // Whoever asks again tries again.
            tellings.removeAll { $0.after == position }
            throw error
        }
    }

    /// Until the task is cancelled.
    func run() async {
        var wakeUps = arrivals.stream.makeAsyncIterator()
        while !Task.isCancelled {
            if bells.isEmpty {
                (span, batches, tellings, failure) = (nil, [], [], nil)
                guard await wakeUps.next(isolation: self) != nil else { break }
            } else {
                await step()
            }
        }
        isOver = true
        for (bell, _) in bells.values { bell.silence() }
        bells = [:]
    }

    private func step() async {
        do throws(APIError) {
            guard let span else {
                let newest = try await operations.events(EventFilter(limit: 1)).next
                self.span = (newest, newest)
                return ring()
            }
            var filter = EventFilter(start: .after(span.end), limit: Self.pageSize, wait: heartbeat)
            var (touched, pages): (Set<UnitID>, Int) = ([], 0)
            var page: EventPage
            repeat {
                page = try await operations.events(filter)
                for view in page.events { if let unit = view.event.unit { touched.insert(unit) } }
                (filter.start, filter.wait) = (.after(page.next), .zero)
                pages += 1
            } while page.events.count == Self.pageSize && pages < 5
            let isQuiet = page.next == span.end
            if bells.values.contains(where: { $0.interest == .states }) {
                if !touched.isEmpty { append(try await batch(touched, from: span.end, to: page.next)) }
                self.span?.end = page.next
            } else {
                (batches, self.span) = ([], (page.next, page.next))
            }
            failure = nil
            ring()
            if !isQuiet { try? await Task.sleep(for: Self.interval) }
        } catch {
            failure = error
            ring()
            try? await Task.sleep(for: .seconds(1))
        }
    }

    private func batch(_ touched: Set<UnitID>, from start: UInt64, to end: UInt64) async throws(APIError) -> UnitBatch {
        let patterns = touched.map { UnitPattern($0) }
        let status = try await operations.status(of: UnitFilter(patterns: patterns))
        return UnitBatch(status.units, touched: touched, start: start, end: end)
    }

    private func append(_ batch: UnitBatch) {
        made += 1
        batches.append(batch)
        var changes = batches.reduce(0) { $0 + $1.changes.count }
        while batches.count > Self.mostBatches || (changes > Self.mostChanges && batches.count > 1) {
            let dropped = batches.removeFirst()
            changes -= dropped.changes.count
            span?.start = dropped.end
        }
    }

    private func ring() {
        for (bell, _) in bells.values { bell.clapper.yield() }
    }
}
