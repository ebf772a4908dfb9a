// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import GitSource
import Model

/// Asks the servers of sources, all at once, so that one that does not answer keeps nobody from the others. Guards who
/// is asked just now.
actor Lookout {
    /// What is to be looked at, and since when an answer may be.
    struct Question: Sendable {
        let source: TrackedSource
        let follow: Follow
        var since: Moment?

        fileprivate var key: Key { Key(source: ObjectIdentifier(source), follow: follow) }
    }

    struct Answer: Sendable {
        var look: SourceLook
        /// When the look began and ended; `nil` when nobody was asked.
        var times: (began: Time, ended: Time)?
        /// The server has not answered yet; this is what was known before.
        var isWaiting = false
    }

    fileprivate struct Key: Hashable, Sendable {
        let source: ObjectIdentifier
        let follow: Follow
    }

    private let clocks: Clocks
    private let (questions, ask) = AsyncStream.makeStream(of: Question.self)
    /// Whether somebody asks for others, so that these need not wait for the end.
    private var isServing = false
    private var answers: [Key: Answer] = [:]
    /// What is asked just now, since when the answer may be, and whether it has to be asked once more after that.
    private var underWay: [Key: (since: Moment?, again: Question?)] = [:]
    private var bells: [UInt64: AsyncStream<Void>.Continuation] = [:]
    private var nextBell: UInt64 = 0

    /// How long a look waits for servers, and for those that somebody has asked for.
    static let patience = (look: Duration.seconds(2), person: Duration.seconds(10))
    /// Servers that are asked at a time.
    private static let width = 32

    init(clocks: Clocks) { self.clocks = clocks }

    /// Asks for others until cancelled.
    func run() async {
        isServing = true
        defer { isServing = false }
        await withTaskGroup(of: Void.self) { group in
            var running = 0
            for await question in questions {
                if running == Self.width, await group.next() != nil { running -= 1 }
                running += 1
                group.addTask { await self.look(question) }
            }
        }
    }

    /// The answers, in the order of the questions. While somebody asks for others, those of servers that take longer come
    /// with a later look: this one waits for what it began itself, and for what was to be asked since a moment.
    func looks(_ questions: [Question]) async -> [Answer] {
        guard isServing else {
            return await Parallel.map(questions, width: Self.width) { [clocks] in await Self.answer($0, clocks) }
        }
        let began = clocks.monotonic()
        var awaited: Set<Key> = []
        for question in questions where begin(question) { awaited.insert(question.key) }
        await wait(for: awaited, until: began.advanced(by: Self.patience.look))
        await wait(
            for: Set(questions.lazy.filter { $0.since != nil }.map(\.key)),
            until: began.advanced(by: Self.patience.person))
        var (found, taken): ([Answer], Set<Key>) = ([], [])
        for question in questions {
            if let answer = answers[question.key], underWay[question.key] == nil {
                found.append(answer)
                taken.insert(question.key)
            } else {
                found.append(Answer(look: await question.source.known(question.follow), isWaiting: true))
            }
        }
        for key in taken where underWay[key] == nil { answers[key] = nil }
        return found
    }

    /// Whether its answer is worth waiting for: not that of a server that an earlier look waited for in vain.
    private func begin(_ question: Question) -> Bool {
        let key = question.key
        guard let before = underWay[key] else {
            answers[key] = nil
            underWay[key] = (question.since, nil)
            ask.yield(question)
            return true
        }
        guard let since = question.since else { return false }
        if before.since.map({ $0 < since }) ?? true { underWay[key]?.again = question }
        return true
    }

    private func look(_ question: Question) async {
        let answer = await Self.answer(question, clocks)
        if let again = underWay[question.key]?.again, !Task.isCancelled {
            underWay[question.key] = (again.since, nil)
            return await self.look(again)
        }
        answers[question.key] = answer
        underWay[question.key] = nil
        for bell in bells.values { bell.yield() }
    }

    private static func answer(_ question: Question, _ clocks: Clocks) async -> Answer {
        let began = clocks.wall()
        let look = await question.source.look(at: question.follow, since: question.since)
        return Answer(look: look, times: (began, clocks.wall()))
    }

    private func wait(for keys: Set<Key>, until deadline: Moment) async {
        guard keys.contains(where: { underWay[$0] != nil }) else { return }
        await withTaskGroup(of: Void.self) { [clocks] group in
            group.addTask { try? await clocks.sleep(deadline) }
            group.addTask { await self.answered(keys) }
            await group.next()
            group.cancelAll()
        }
    }

    /// Returns when all are answered, or when cancelled.
    private func answered(_ keys: Set<Key>) async {
        let (stream, bell) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let number = nextBell
        nextBell += 1
        bells[number] = bell
        defer { bells[number] = nil }
        bell.yield()
        for await _ in stream where keys.allSatisfy({ underWay[$0] == nil }) { return }
    }
}
