// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Manifest
import Model
import Synchronization
import TestSupport
import Testing

@testable import HostTarget

@Suite(.timeLimit(.minutes(5))) struct ReportGateTests {
    private let nginx = object("nginx", kind: "Service")
    private let package = object("nginx", kind: "Package")
    private let page = object("index", kind: "File")

    private final class Reports: Sendable {
        let all = Mutex<[Set<ObjectID>]>([])
        var sink: WatchSink { WatchSink { _, objects in self.all.withLock { $0.append(objects) } } }
        var now: [Set<ObjectID>] { all.withLock { $0 } }
    }

    @Test func `a stopped service is reported at once when nobody works on packages`() {
        let reports = Reports()
        let gate = ReportGate(packages: MemoryPackages(), sink: reports.sink)
        gate.sink.changed(unit("web"), [nginx])
        #expect(reports.now == [[nginx]])
    }

    @Test func `what concerns services and packages waits for apt, files do not`() async throws {
        let (reports, packages) = (Reports(), MemoryPackages())
        let gate = ReportGate(packages: packages, sink: reports.sink)
        packages.withState { $0.isBusy = true }
        gate.sink.changed(unit("web"), [nginx, page])
        gate.sink.changed(unit("web"), [package])
        // That anything may have changed is an audit's business.
        gate.sink.changed(unit("web"), [])
        #expect(reports.now == [[page], []])
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await gate.run() }
            packages.withState { $0.isBusy = false }
            while reports.now.count < 3 { await Task.yield() }
            group.cancelAll()
        }
        #expect(reports.now.last == [nginx, package])
    }

    @Test func `a service is acted upon once apt is through`() async throws {
        try await withMachine { host, services, packages in
            services.set("nginx", .inactive, .enabled)
            packages.withState { $0.isBusy = true }
            async let outcomes = host.apply(host.declare("Service", "nginx", [("running", true)]))
            try await Task.sleep(for: .milliseconds(50))
            #expect(services.takeActs() == [])
            packages.withState { $0.isBusy = false }
            #expect(try await outcomes.map(\.result) == [.done])
            #expect(services.takeActs() == ["start nginx.service"])
        }
    }
}
