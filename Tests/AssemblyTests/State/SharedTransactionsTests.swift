// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Dispatch
import GRDB
import Testing

@testable import Assembly

@Suite struct SharedTransactionsTests {
    /// A queue that is at work until it is let go.
    private struct BusyQueue {
        let queue: DatabaseQueue
        private let gate = DispatchSemaphore(value: 0)

        init() throws {
            queue = try DatabaseQueue()
            try queue.write { try $0.execute(sql: "CREATE TABLE item (name TEXT PRIMARY KEY)") }
            let gate = gate
            queue.asyncWriteWithoutTransaction { _ in gate.wait() }
        }

        func letGo() { gate.signal() }

        func names() throws -> [String] {
            try queue.read { try String.fetchAll($0, sql: "SELECT name FROM item ORDER BY name") }
        }
    }

    private static func insert(_ name: String) -> SharedTransactions.Work {
        { try $0.execute(sql: "INSERT INTO item VALUES (?)", arguments: [name]) }
    }

    /// Lets the queue go when so many writes wait for it. Gives the names of those that failed.
    private func writeAtOnce(_ names: [String], in busy: BusyQueue, _ transactions: SharedTransactions) async
        -> [String]
    {
        await withTaskGroup(of: String?.self) { group in
            for name in names {
                group.addTask {
                    do { try await transactions.write(Self.insert(name)) } catch { return name }
                    return nil
                }
            }
            while transactions.waiting < names.count { await Task.yield() }
            busy.letGo()
            return await group.reduce(into: []) { failed, name in if let name { failed.append(name) } }
        }
    }

    @Test func `writes that wait together share a transaction`() async throws {
        let busy = try BusyQueue()
        let transactions = SharedTransactions(busy.queue)
        let names = (10..<60).map { "\($0)" }
        #expect(await writeAtOnce(names, in: busy, transactions).isEmpty)
        #expect(transactions.count == 1)
        #expect(try busy.names() == names)
        try await transactions.write(Self.insert("later"))
        #expect(transactions.count == 2)
    }

    @Test func `a write that fails fails alone`() async throws {
        let busy = try BusyQueue()
        let transactions = SharedTransactions(busy.queue)
        #expect(await writeAtOnce(["a", "b", "b", "c"], in: busy, transactions) == ["b"])
        #expect(try busy.names() == ["a", "b", "c"])
    }

    @Test func `a write that fails leaves nothing of what it did`() async throws {
        let busy = try BusyQueue()
        busy.letGo()
        let transactions = SharedTransactions(busy.queue)
        await #expect(throws: DatabaseError.self) {
            try await transactions.write { database in
                try Self.insert("half")(database)
                try Self.insert("half")(database)
            }
        }
        #expect(try busy.names().isEmpty)
    }
}
