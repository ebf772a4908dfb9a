// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Foundation
import HostTarget
import Manifest
import Model
import Synchronization
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5)))
struct WatchTests {
    private final class Reports: Sendable {
        private let objects = Mutex<[Set<ObjectID>]>([])

        var sink: WatchSink { WatchSink { _, ids in self.objects.withLock { $0.append(ids) } } }

        func wait(for ids: Set<ObjectID>) async throws {
            while !objects.withLock({ $0.contains(ids) }) { try await Task.sleep(for: .milliseconds(2)) }
        }

        func forget() { objects.withLock { $0 = [] } }
    }

    @Test func `a foreign write and removal are reported`() async throws {
        try await withHost { host in
            let a = host.file("a", path: "/srv/a", [("content", "a")])
            let b = host.file("b", path: "/srv/b", [("content", "b")])
            try await host.apply(a, b)
            try await host.target.setWatched([a, b], of: host.unit)
            let reports = Reports()
            try await withThrowingTaskGroup(of: Void.self) { group in
                let target = host.target
                group.addTask { try await target.watch(reports.sink) }
                try await reports.wait(for: [])
                try host.write("foreign", to: "srv/a")
                try await reports.wait(for: [a.id])
                reports.forget()
                try FileManager.default.removeItem(at: host.folder.appendingPathComponent("srv/b"))
                try await reports.wait(for: [b.id])
                group.cancelAll()
            }
        }
    }
}
