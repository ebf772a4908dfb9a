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

    /// What many are told alike of what is behind a place.
    struct Told: Sendable {
        /// Empty when there is nothing to tell.
        var frame: ByteBuffer
        var reached: NewsPlace
    }

    /// Events looked at for one batch, five times as many at most.
    static let pageSize = 1000
    static let interval = Duration.milliseconds(100)
    private static let mostBatches = 50
    private static let mostChanges = 3000

    private let operations: any Operations
    private let heartbeat: Duration
    private let sleep: @Sendable (Duration) async throws -> Void
    private var batches: [UnitBatch] = []
    /// How far it has seen what happens without an event.
    private var mark: UInt64 = 0
    /// Where the first batch begins and the last one ends; `nil` while nobody watches.
    private var span: (start: UInt64, end: UInt64)?
    private var failure: APIError?
    private var bells: [Int: (bell: Bell, interest: Interest)] = [:]
    private var nextBell = 0
    private var isOver = false
    private let arrivals: (stream: AsyncStream<Void>, tell: AsyncStream<Void>.Continuation)
    /// What was told last, the oldest first, for what came up to a place.
    private var tellings: [(after: NewsPlace, end: NewsPlace, told: Task<Told, any Error>)] = []
    private static let mostTellings = 4
    /// How many batches were made, and how many frames for many, for tests.
    private(set) var made = 0
    private(set) var tellingsMade = 0
    var watchers: Int { bells.count }

    /// - Parameters:
    ///   - heartbeat: how often the bells ring when nothing happens.
    ///   - sleep: what lies between two rings.
    init(
        of operations: any Operations, heartbeat: Duration,
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        self.sleep = sleep
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

    /// - Parameter batch: the number of the last batch that the reader was given; `nil` for none so far.
    func news(after position: UInt64, seen batch: UInt64? = nil) -> News {
        if let failure { return .failure(failure) }
        guard let span else { return .batches([], reached: position) }
        guard position >= span.start else { return .behind }
        let first = batches.firstIndex { next in
            if let batch { return next.number > batch }
            // What came without an event stands at the place of the one before it: told twice rather than never.
            return next.end > position || (next.end == position && (next.start == position || next.hasStirs))
        }
        return .batches(batches[(first ?? batches.endIndex)...], reached: max(position, span.end))
    }

    /// Whether the feed has been further.
    func hasMore(behind place: NewsPlace) -> Bool { (span?.end ?? 0) > place.sequence || mark > place.mark }

    /// What is behind a place, in the words of those who may know all: made for the first who asks, and
    /// shared by those who ask for the same before there is more.
    func told(
        after place: NewsPlace,
        by tell: @escaping @Sendable (any Operations, NewsPlace) async throws -> (bytes: [UInt8], next: NewsPlace)
    ) async throws -> Told {
        let end = NewsPlace(sequence: span?.end ?? 0, mark: mark)
        if let known = tellings.first(where: { $0.after == place && $0.end.reaches(end) }) {
            return try await known.told.value
        }
        let told = Task { [operations] in
            let (bytes, reached) = try await tell(operations, place)
            return Told(frame: ByteBuffer(bytes: bytes), reached: reached)
        }
        tellingsMade += 1
        if tellings.count == Self.mostTellings { tellings.removeFirst() }
        tellings.append((place, end, told))
        do { return try await told.value } catch {
            // Whoever asks again tries again.
            tellings.removeAll { $0.after == place }
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
                mark = await operations.stirs(after: nil, wait: .zero).mark
                let newest = try await operations.newest()
                self.span = (newest, newest)
                return ring()
            }
            var filter = EventFilter(start: .after(span.end), limit: Self.pageSize, wait: heartbeat)
            let (first, stirs) = try await operations.news(filter, stirsAfter: mark)
            var (page, pages) = (first, 1)
            var touched = Set(page.events.compactMap(\.event.unit))
            filter.wait = .zero
            while page.events.count == Self.pageSize && pages < 5 {
                filter.start = .after(page.next)
                page = try await operations.events(filter)
                touched.formUnion(page.events.compactMap(\.event.unit))
                pages += 1
            }
            let isQuiet = page.next == span.end && stirs.mark == mark
            if bells.values.contains(where: { $0.interest == .states }) {
                if let units = stirs.units {
                    touched.formUnion(units)
                } else {
                    touched.formUnion(try await operations.status(of: .all).units.map(\.unit))
                }
                if !touched.isEmpty {
                    let hasStirs = stirs.units?.isEmpty != true
                    append(try await batch(touched, from: span.end, to: page.next, hasStirs: hasStirs))
                }
                self.span?.end = page.next
            } else {
                (batches, self.span) = ([], (page.next, page.next))
            }
            mark = stirs.mark
            failure = nil
            ring()
            if !isQuiet { try? await sleep(Self.interval) }
        } catch {
            failure = error
            ring()
            try? await Task.sleep(for: .seconds(1))
        }
    }

    private func batch(
        _ touched: Set<UnitID>, from start: UInt64, to end: UInt64, hasStirs: Bool
    ) async throws(APIError) -> UnitBatch {
        let patterns = touched.map { UnitPattern($0) }
        let status = try await operations.status(of: UnitFilter(patterns: patterns))
        return UnitBatch(
            status.units, touched: touched, start: start, end: end, number: UInt64(made) + 1, hasStirs: hasStirs)
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
