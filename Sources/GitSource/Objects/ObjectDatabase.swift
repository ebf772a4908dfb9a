// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Model
package import NIOPosix
import Synchronization
package import SystemPackage

/// The objects of one mirror, read through one long-lived `git cat-file`.
///
/// Callers queue; one job at a time on the thread pool owns the process and serves whoever waits, many questions in one
/// round. Content is checked against its id, so what is returned is what was committed. A process that dies is
/// started again; a request on which it dies twice fails, and only that one.
package final class ObjectDatabase: Sendable {
    package let repository: FilePath
    private let environment: GitEnvironment
    private let threads: NIOThreadPool
    private let memory: ObjectMemory?
    private let state: Mutex<State>

    struct Request: Sendable {
        enum Question: Sendable, Hashable {
            case info
            case content(limit: Int)
            /// The content if it is small, otherwise only what its header says.
            case contentIfSmall(limit: Int)
        }

        enum Answer: Sendable {
            case info(GitObjectInfo)
            case object(GitObject)
        }

        var id: GitID
        var question: Question
        var deaths = 0
        var waiter: CheckedContinuation<Result<Answer, ObjectError>, Never>
    }

    /// What is wrong with the repository, as far as it was read.
    enum Damage: Sendable {
        /// An object is not there, which may be right when nothing leads to it any more.
        case missing
        /// An object is not what its id says.
        case corrupt
    }

    private struct State {
        var waiting: [Request] = []
        var isServing = false
        var isClosed = false
        /// Another repository lies at the path now: the process still has the old one open.
        var isStale = false
        /// An object that others lead to could not be read.
        var damage: Damage?
        /// How often a process was started, for tests and metrics.
        var starts = 0
        /// How many questions it was asked, for tests and metrics.
        var questions = 0
    }

    /// The process, and whoever serves owns it: a lock of its own, so that callers can queue meanwhile.
    private let process = Mutex<ProcessSlot>(ProcessSlot())

    private let caches = Mutex(ObjectCaches())

    struct ProcessSlot: ~Copyable {
        var running: BatchProcess?
    }

    /// So many questions are asked before the first answer is read: 128 lines of at most 74 bytes always fit the
    /// socket's buffer, so that neither side can block the other.
    private static let round = 128

    /// - Parameter remembering: Where small objects are kept for the next process; `nil` for nowhere.
    package init(
        repository: FilePath, environment: GitEnvironment, threads: NIOThreadPool, remembering file: FilePath? = nil
    ) {
        self.repository = repository
        self.environment = environment
        self.threads = threads
        memory = file.map { ObjectMemory(file: $0) }
        state = Mutex(State())
    }

    /// Kind and size, without the content.
    package func info(_ id: GitID) async throws(ObjectError) -> GitObjectInfo {
        guard case .info(let info) = try await ask(id, .info) else { throw .unavailable(reason: Self.confused) }
        return info
    }

    /// An object of at most `limit` bytes whole; of a larger one only what its header says.
    func peek(_ id: GitID, limit: Int) async throws(ObjectError) -> (info: GitObjectInfo, bytes: [UInt8]?) {
        switch try await ask(id, .contentIfSmall(limit: limit)) {
        case .info(let info): return (info, nil)
        case .object(let object):
            return (GitObjectInfo(id: id, kind: object.kind, size: Int64(object.bytes.count)), object.bytes)
        }
    }

    /// The whole object; one of more than `limit` bytes is refused without being held.
    package func read(_ id: GitID, limit: Int) async throws(ObjectError) -> GitObject {
        guard case .object(let object) = try await ask(id, .content(limit: limit)) else {
            throw .unavailable(reason: Self.confused)
        }
        return object
    }

    /// ``read(_:limit:)`` of an object that must be of one kind.
    package func read(_ id: GitID, as kind: GitObject.Kind, limit: Int) async throws(ObjectError) -> [UInt8] {
        let object = try await read(id, limit: limit)
        guard object.kind == kind else { throw .wrongKind(id, expected: kind, found: object.kind) }
        return object.bytes
    }

    /// Ends the process. Requests that wait and those that come later fail; open streams have a process of their own.
    package func close() {
        let waiting = state.withLock { state in
            state.isClosed = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for request in waiting { request.waiter.resume(returning: .failure(.unavailable(reason: Self.closed))) }
        // A round that is being served ends first, and then whoever serves ends the process.
        process.withLockIfAvailable { $0.running = nil }
        memory?.save()
    }

    /// Ends the process unless it serves just now; the next request starts another. For mirrors that are rarely read, and
    /// after packs were rewritten.
    package func rest() {
        process.withLockIfAvailable { $0.running = nil }
    }

    /// Forgets what was read lately, which only costs another question.
    package func forget() { caches.withLock { $0 = ObjectCaches() } }

    func cachedTree(_ id: GitID) -> PackedTree? { caches.withLock { $0.tree(id) } }
    func cachedBlob(_ id: GitID) -> [UInt8]? { caches.withLock { $0.blob(id) } }
    func keep(_ tree: PackedTree, of id: GitID) { caches.withLock { $0.keep(tree, of: id) } }
    func keep(_ blob: [UInt8], of id: GitID) { caches.withLock { $0.keep(blob, of: id) } }

    var damage: Damage? { state.withLock { $0.damage } }

    func noteDamage(_ damage: Damage) {
        state.withLock { state in
            if state.damage != .corrupt { state.damage = damage }
        }
    }

    /// What was missed is rightly not there.
    func forgetDamage() { state.withLock { $0.damage = nil } }

    /// Another repository with the same content was put in the place of this one: reads from that.
    func reopen() {
        state.withLock { state in
            state.damage = nil
            state.isStale = true
        }
        rest()
    }

    /// How often `git cat-file` was started.
    package var starts: Int { state.withLock { $0.starts } }

    /// How many objects `git cat-file` was asked for; what was read lately is not asked for again.
    package var questions: Int { state.withLock { $0.questions } }

    /// Calls `body` with the content of an object piece by piece. Throws ``ObjectError/corrupt`` at the end when the
    /// pieces were not the content that the id names: whatever was made of them must then be dropped.
    ///
    /// A large object is read by a process of its own, so that a slow reader holds up nobody else.
    package func stream(
        _ id: GitID, size: Int64, _ body: (ArraySlice<UInt8>) throws -> Void
    ) async throws {
        if size <= Self.smallObject {
            try body(try await read(id, limit: Self.smallObject).bytes[...])
            return
        }
        let stream = try await watching {
            () async throws(ObjectError) in
            try await ObjectStream(
                id, limit: size, repository: repository, environment: environment, threads: threads)
        }
        while let piece = try await watching({ () async throws(ObjectError) in try await stream.next() }) {
            try body(piece)
        }
    }

    /// Contents are only asked for because another object leads there, so one that is missing is damage.
    private func watching<Result: Sendable>(
        _ read: () async throws(ObjectError) -> Result
    ) async throws(ObjectError) -> Result {
        do throws(ObjectError) { return try await read() } catch {
            switch error {
            case .missing: noteDamage(.missing)
            case .corrupt: noteDamage(.corrupt)
            case .tooLarge, .wrongKind, .unavailable: break
            }
            throw error
        }
    }

    /// What is read whole through the shared process, in bytes.
    private static let smallObject = 1 << 20

    private func ask(_ id: GitID, _ question: Request.Question) async throws(ObjectError) -> Request.Answer {
        if let object = memory?.object(id) { return try Self.answer(question, from: object) }
        if question == .info { return try await queue(id, question) }
        return try await watching { () async throws(ObjectError) in try await queue(id, question) }
    }

    private func queue(_ id: GitID, _ question: Request.Question) async throws(ObjectError) -> Request.Answer {
        let answer = await withCheckedContinuation { waiter in
            let (refused, mustServe) = state.withLock { state in
                if state.isClosed { return (true, false) }
                state.waiting.append(Request(id: id, question: question, waiter: waiter))
                state.questions += 1
                defer { state.isServing = true }
                return (false, !state.isServing)
            }
            if refused { waiter.resume(returning: .failure(.unavailable(reason: Self.closed))) }
            if mustServe { serveOnThread() }
        }
        if case .success(.object(let object)) = answer { memory?.note(object) }
        return try answer.get()
    }

    private static func answer(
        _ question: Request.Question, from object: GitObject
    ) throws(ObjectError) -> Request.Answer {
        let info = GitObjectInfo(id: object.id, kind: object.kind, size: Int64(object.bytes.count))
        switch question {
        case .info: return .info(info)
        case .content(let limit):
            guard info.size <= limit else { throw .tooLarge(info.id, bytes: info.size, limit: Int64(limit)) }
            return .object(object)
        case .contentIfSmall(let limit): return info.size > limit ? .info(info) : .object(object)
        }
    }

    private func serveOnThread() {
        threads.submit { [self] state in
            switch state {
            case .active: serve()
            case .cancelled: close()
            }
        }
    }

    /// Serves rounds until nobody waits. Runs on the thread pool, one at a time.
    private func serve() {
        while true {
            let (round, mustEnd) = state.withLock { state in
                let round = Array(state.waiting.prefix(Self.round))
                state.waiting.removeFirst(round.count)
                if round.isEmpty { state.isServing = false }
                defer { state.isStale = false }
                return (round, state.isClosed || state.isStale)
            }
            if mustEnd { process.withLock { $0.running = nil } }
            if round.isEmpty { return }
            process.withLock { slot in serve(round, &slot) }
        }
    }

    private func serve(_ round: [Request], _ slot: inout ProcessSlot) {
        var rest = round
        while !rest.isEmpty {
            do throws(BatchProcess.Broken) {
                var running = try takeOrStart(&slot)
                try Self.answer(&rest, &running)
                slot.running = consume running
            } catch {
                Self.fail(&rest, because: error)
            }
        }
    }

    private func takeOrStart(_ slot: inout ProcessSlot) throws(BatchProcess.Broken) -> BatchProcess {
        if let running = slot.running.take() { return running }
        state.withLock { $0.starts += 1 }
        return try BatchProcess(repository: repository, environment: environment)
    }

    /// Decides who is to blame for a dead process: the first that is left is the one on which it died, the others only
    /// waited behind it.
    private static func fail(_ rest: inout [Request], because broken: BatchProcess.Broken) {
        if broken.cause == .start {
            for request in rest { request.waiter.resume(returning: .failure(.unavailable(reason: broken.reason))) }
            rest = []
            return
        }
        guard var unlucky = rest.first else { return }
        unlucky.deaths += 1
        rest[0] = unlucky
        if unlucky.deaths < 2 { return }
        rest.removeFirst()
        if broken.cause == .fatal {
            unlucky.waiter.resume(returning: .failure(.corrupt(unlucky.id, reason: broken.reason)))
        } else {
            unlucky.waiter.resume(returning: .failure(.unavailable(reason: broken.reason)))
        }
    }

    /// Answers requests; on a throw those that are left have no answer. Sizes are asked first, so that no large object
    /// is ever on its way that nobody wants.
    private static func answer(
        _ rest: inout [Request], _ running: inout BatchProcess
    ) throws(BatchProcess.Broken) {
        try running.ask(rest.map { .info($0.id) })
        var answers: [BatchProcess.Answer] = []
        do throws(BatchProcess.Broken) {
            for request in rest { answers.append(try running.answer(to: request.id)) }
        } catch {
            // The one on which it died goes to the front.
            rest.swapAt(0, answers.count)
            throw error
        }
        var wanted: [GitObjectInfo] = []
        var left: [Request] = []
        for (request, answer) in zip(rest, answers) {
            switch decide(request, answer) {
            case .answer(let result): request.waiter.resume(returning: result)
            case .fetch(let info):
                left.append(request)
                wanted.append(info)
            }
        }
        rest = left
        try running.ask(wanted.map { .contents($0.id) })
        for info in wanted {
            let result = try content(of: info, &running)
            rest.removeFirst().waiter.resume(returning: result)
        }
    }

    private enum Decision {
        case answer(Result<Request.Answer, ObjectError>)
        case fetch(GitObjectInfo)
    }

    private static func decide(_ request: Request, _ answer: BatchProcess.Answer) -> Decision {
        guard case .header(let info) = answer else { return .answer(.failure(.missing(request.id))) }
        switch request.question {
        case .info: return .answer(.success(.info(info)))
        case .content(let limit):
            let isLarge = info.size > limit
            return isLarge
                ? .answer(.failure(.tooLarge(info.id, bytes: info.size, limit: Int64(limit)))) : .fetch(info)
        case .contentIfSmall(let limit): return info.size > limit ? .answer(.success(.info(info))) : .fetch(info)
        }
    }

    private static func content(
        of info: GitObjectInfo, _ running: inout BatchProcess
    ) throws(BatchProcess.Broken) -> Result<Request.Answer, ObjectError> {
        guard case .header(info) = try running.answer(to: info.id), let size = Int(exactly: info.size) else {
            return .failure(.corrupt(info.id, reason: "its header changed while it was read"))
        }
        let object = GitObject(id: info.id, kind: info.kind, bytes: try running.content(size: size))
        var hash = ObjectHash(expecting: info)
        hash.update(object.bytes[...])
        do throws(ObjectError) {
            try hash.finish()
        } catch {
            return .failure(error)
        }
        return .success(.object(object))
    }

    private static let closed = "the mirror is closed"
    private static let confused = "git cat-file answered another question"
}
