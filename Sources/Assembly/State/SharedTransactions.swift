// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import GRDB
import Synchronization

/// Writes that come while SQLite is at work share the next transaction: what one costs, its pages, locks and statements,
/// is paid once for all of them. A write is carried out even if its caller is cancelled.
final class SharedTransactions: Sendable {
    typealias Work = @Sendable (Database) throws -> Void

    private struct Waiter {
        var work: Work
        var continuation: CheckedContinuation<Result<Void, any Error>, Never>
    }

    private let database: DatabaseQueue
    private let waiters = Mutex<[Waiter]>([])
    private let begun = Mutex(0)

    init(_ database: DatabaseQueue) { self.database = database }

    /// How many there were, for tests.
    var count: Int { begun.withLock { $0 } }
    /// How many writes wait for the next one.
    var waiting: Int { waiters.withLock(\.count) }

    /// Returns when what was written is committed. What `work` throws undoes all that it did, and nothing else; it may be
    /// called twice for that.
    func write(_ work: @escaping Work) async throws {
        let result: Result<Void, any Error> = await withCheckedContinuation { continuation in
            let isFirst = waiters.withLock { waiters in
                waiters.append(Waiter(work: work, continuation: continuation))
                return waiters.count == 1
            }
            // Whoever comes before it begins goes with it.
            if isFirst { database.asyncWriteWithoutTransaction { self.carryOut($0) } }
        }
        try result.get()
    }

    private func carryOut(_ database: Database) {
        let together = waiters.withLock { waiters in
            defer { waiters = [] }
            return waiters
        }
        if together.count > 1, (try? run(together.map(\.work), database)) != nil {
            for waiter in together { waiter.continuation.resume(returning: .success(())) }
            return
        }
        // Alone, so that one that fails fails alone.
        for waiter in together {
            waiter.continuation.resume(returning: Result { try run([waiter.work], database) })
        }
    }

    private func run(_ works: [Work], _ database: Database) throws {
        begun.withLock { $0 += 1 }
        try database.inTransaction {
            for work in works { try work(database) }
            return .commit
        }
    }
}
