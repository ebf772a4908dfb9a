// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Foundation
import Manifest
import Model
import Synchronization
import TestSupport
import Testing

@testable import HostTarget

/// The driver on services, with a twin of systemd.
@Suite(.timeLimit(.minutes(5))) struct ServiceTests {
    private func nginx(_ host: Host, _ fields: [(Text, Value)] = [("enabled", true), ("running", true)])
        -> DesiredObject
    {
        host.declare("Service", "nginx", fields)
    }

    private func fields(_ host: Host, _ objects: [DesiredObject]) async throws -> [String] {
        let comparison = try await host.compare(all: objects)
        guard case .differs(let fields, _) = comparison[object("nginx", kind: "Service")] else { return [] }
        return fields.map { "\($0.path)" }
    }

    @Test func `a service is enabled and started, and left alone after that`() async throws {
        try await withMachine { host, services, _ in
            services.set("nginx", .inactive, .disabled)
            #expect(try await fields(host, [nginx(host)]) == ["spec.enabled", "spec.running"])
            let outcomes = try await host.apply(nginx(host))
            #expect(outcomes.map(\.result) == [.done])
            #expect(services.takeActs() == ["enable nginx.service", "start nginx.service"])
            #expect(try await host.compare(nginx(host)).values.first == .same)
            let writes = host.target.counters.values.writes
            #expect(try await host.apply(nginx(host)).map(\.result) == [.unchanged])
            #expect(services.takeActs() == [] && host.target.counters.values.writes == writes)
        }
    }

    @Test func `one that runs already when it is declared is told of the files that it uses`() async throws {
        try await withMachine { host, services, _ in
            services.set("nginx", .active, .enabled)
            let service = nginx(host, [("running", true), ("reloadOn", ["File/configuration"])])
            _ = try await host.apply(service)
            #expect(services.takeActs() == ["reload nginx.service"])
            _ = try await host.apply(service)
            #expect(services.takeActs() == [])
        }
    }

    @Test func `its unit file and drop-ins are written, read, and then it starts`() async throws {
        try await withMachine { host, services, _ in
            let service = nginx(
                host,
                [
                    ("unit", "[Service]\nExecStart=/bin/x\n"), ("running", true),
                    ("dropIns", ["limits": "[Service]\nLimitNOFILE=10\n"]),
                ])
            services.withState { state in
                state.appearing = [
                    ServiceName("nginx")!: ServiceState(
                        load: .loaded, activity: .inactive, enablement: .disabled, isStale: false)
                ]
            }
            #expect(try await host.compare(service).values.first == .absent)
            #expect(try await host.apply(service).map(\.result) == [.done])
            #expect(services.takeActs() == ["read definitions", "start nginx.service"])
            #expect(host.read("etc/systemd/system/nginx.service")?.contains("ExecStart") == true)
            #expect(host.read("etc/systemd/system/nginx.service.d/limits.conf") == "[Service]\nLimitNOFILE=10\n")
            #expect(try await host.compare(service).values.first == .same)

            // A hand changes the unit file: it is put back, and the service runs with it again.
            try host.write("foreign", to: "etc/systemd/system/nginx.service")
            #expect(try await fields(host, [service]) == ["spec.unit", "spec.restartOn"])
            try await host.apply(service)
            #expect(services.takeActs() == ["read definitions", "restart nginx.service"])

            // Without its drop-in, it is another service.
            let plain = nginx(host, [("unit", "[Service]\nExecStart=/bin/x\n"), ("running", true)])
            #expect(try await fields(host, [plain]) == ["spec.dropIns.limits", "spec.restartOn"])
            try await host.apply(plain)
            #expect(services.takeActs() == ["read definitions", "restart nginx.service"])
            #expect(host.read("etc/systemd/system/nginx.service.d/limits.conf") == nil)

            #expect(try await host.remove(plain)?.result == .done)
            #expect(services.takeActs() == ["stop nginx.service", "read definitions"])
            #expect(host.names().filter { $0.contains("nginx") } == [])
            #expect(try await host.target.storedInventory(of: host.unit)?.entries.isEmpty ?? true)
        }
    }

    @Test func `an object with files does not become another service, one without may`() async throws {
        try await withMachine { host, services, _ in
            services.set("nginx")
            services.set("apache2")
            func server(_ name: Text, _ fields: [(Text, Value)] = []) -> DesiredObject {
                host.declare("Service", "server", [("service", .string(name)), ("running", true)] + fields)
            }
            try await host.apply(server("nginx"))
            #expect(try await host.compare(server("apache2")).values.first == .same)
            try await host.apply(server("nginx", [("dropIns", ["limits": "[Service]\nLimitNOFILE=10\n"])]))
            guard case .refused(let reason) = try await host.compare(server("apache2")).values.first else {
                Issue.record("was not refused")
                return
            }
            #expect(reason.string.contains("was nginx.service") && reason.string.contains("is apache2.service now"))
        }
    }

    @Test func `it reloads when an object that it names changes, also when a hand changed that`() async throws {
        try await withMachine { host, services, _ in
            services.set("nginx")
            func objects(_ content: Text) -> [DesiredObject] {
                [
                    host.file("site", path: "/srv/site", [("content", .string(content))]),
                    host.file("main", path: "/srv/main", [("content", "main")]),
                    nginx(host, [("running", true), ("reloadOn", ["File/site"]), ("restartOn", ["File/main"])]),
                ]
            }
            #expect(try await fields(host, objects("1")) == ["spec.restartOn"])
            try await host.apply(objects("1"))
            #expect(services.takeActs() == ["restart nginx.service"])
            #expect(try await host.compare(all: objects("1")).values.allSatisfy { $0 == .same })

            #expect(try await fields(host, objects("2")) == ["spec.reloadOn"])
            try await host.apply(objects("2"))
            #expect(services.takeActs() == ["reload nginx.service"])

            // Only the file is healed; the service says by itself that it has something left to do.
            try host.write("foreign", to: "srv/site")
            let reports = Mutex<[Set<ObjectID>]>([])
            host.target.serviceWatch.setSink(WatchSink { _, ids in reports.withLock { $0.append(ids) } })
            try await host.apply(objects("2")[0])
            #expect(reports.withLock { $0 } == [[object("nginx", kind: "Service")]])
            #expect(services.takeActs() == [])
            #expect(try await fields(host, objects("2")) == ["spec.reloadOn"])
            try await host.apply(objects("2")[2])
            #expect(services.takeActs() == ["reload nginx.service"])
            #expect(try await fields(host, objects("2")) == [])
        }
    }

    @Test func `it reloads when a secret in a file that it names is rotated`() async throws {
        try await withMachine { host, services, _ in
            services.set("nginx")
            func objects(_ password: String) -> [DesiredObject] {
                var file = host.file("site", path: "/srv/site", [("content", "p=${password}")])
                file.opened = Secret(Array("p=\(password)".utf8))
                file.digest = Digest(of: Array(password.utf8))
                return [file, nginx(host, [("running", true), ("reloadOn", ["File/site"])])]
            }
            try await host.apply(objects("canary-1"))
            _ = services.takeActs()
            #expect(try await host.compare(all: objects("canary-1")).values.allSatisfy { $0 == .same })
            #expect(try await fields(host, objects("canary-2")) == ["spec.reloadOn"])
            try await host.apply(objects("canary-2"))
            #expect(services.takeActs() == ["reload nginx.service"])
            #expect(host.read("srv/site") == "p=canary-2")
        }
    }

    @Test func `what fails in a wave keeps its services from reloading`() async throws {
        try await withMachine { host, services, _ in
            services.set("nginx")
            try host.write("x", to: "srv/site/inside")
            let objects = [
                host.file("site", path: "/srv/site", [("content", "x")]),
                nginx(host, [("running", true), ("reloadOn", ["File/site"])]),
            ]
            let outcomes = try await host.apply(objects)
            guard case .failed = outcomes[0].result, case .skipped = outcomes[1].result else {
                Issue.record("\(outcomes)")
                return
            }
            #expect(services.takeActs() == [])
        }
    }

    @Test func `what its own file fails of is its failure`() async throws {
        try await withMachine { host, services, _ in
            try host.write("x", to: "etc/systemd/system/nginx.service/inside")
            let outcomes = try await host.apply(nginx(host, [("unit", "[Service]\n"), ("running", true)]))
            guard case .failed(let reason) = outcomes.first?.result else {
                Issue.record("\(outcomes)")
                return
            }
            #expect(reason.string.contains("/etc/systemd/system/nginx.service is a folder"))
            #expect(services.takeActs() == [])
        }
    }

    #if DEBUG
        static func reloading(_ host: Host) -> [DesiredObject] {
            [
                host.file("site", path: "/srv/site", [("content", "new")]),
                host.declare("Service", "nginx", [("running", true), ("reloadOn", ["File/site"])]),
            ]
        }

        static func work(in folder: String) async throws {
            let services = MemoryServices()
            services.set("nginx")
            let host = try Host(URL(fileURLWithPath: folder), services: services, packages: MemoryPackages())
            try await host.apply(reloading(host))
        }

        @Test(arguments: ["host.file.placed", "host.batch.cleaned", "host.services.begun", "host.service.acted"])
        func `killed before it is known to have reloaded, it reloads at the next start`(step: String) async throws {
            try await withScratchFolder { folder in
                let path = folder.path
                await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String, step = step as String] in
                    setenv("TRIMTAB_CRASH_AT", step, 1)
                    try await ServiceTests.work(in: path)
                }
                let services = MemoryServices()
                services.set("nginx")
                let host = try Host(folder, services: services, packages: MemoryPackages())
                try await host.target.recover()
                let objects = Self.reloading(host)
                #expect(try await fields(host, objects) == ["spec.reloadOn"])
                try await host.apply(objects)
                #expect(services.takeActs() == ["reload nginx.service"])
                #expect(try await fields(host, objects) == [])
            }
        }
    #endif

    @Test func `a service that does not start is the failure of its object`() async throws {
        try await withMachine { host, services, _ in
            services.set("nginx", .inactive)
            services.withState { $0.broken = [ServiceName("nginx")!] }
            guard case .failed(let reason) = try await host.apply(nginx(host)).first?.result else {
                Issue.record("not failed")
                return
            }
            #expect(reason.string.contains("nginx.service did not start"))
            let health = try await host.target.health(of: [nginx(host)], in: host.unit)
            #expect(health.values.first?.health == .degraded)
        }
    }

    @Test func `another service, and another unit's, are refused by name`() async throws {
        try await withMachine { host, services, _ in
            services.set("sshd")
            let other = host.declare("Service", "sshd", [("running", false)])
            let refusals = try await host.target.admit([other], of: host.unit)
            #expect(refusals.first?.reason.string.contains("sshd") == true)
            guard case .failed = try await host.apply(other).first?.result else {
                Issue.record("was applied")
                return
            }
            #expect(services.takeActs() == [])
        }
    }

    @Test func `a distribution's service stays as it is when it is not declared any more`() async throws {
        try await withMachine { host, services, _ in
            services.set("nginx")
            try await host.apply(nginx(host))
            #expect(try await host.remove(nginx(host))?.result == .unchanged)
            #expect(services.takeActs() == [])
        }
    }

    @Test func `a sandbox has no services, and says so`() async throws {
        try await withHost(kinds: ["Service"]) { host in
            guard case .refused(let reason) = try await host.compare(nginx(host)).values.first else {
                Issue.record("not refused")
                return
            }
            #expect(reason.string.contains("sandbox"))
        }
    }

    @Test func `a change that systemd reports reaches the engine`() async throws {
        try await withMachine { host, services, _ in
            services.set("nginx")
            try await host.target.setWatched([nginx(host)], of: host.unit)
            let (reports, continuation) = AsyncStream.makeStream(of: Set<ObjectID>.self)
            let sink = WatchSink { _, ids in continuation.yield(ids) }
            await withTaskGroup(of: Void.self) { group in
                let target = host.target
                group.addTask { try? await target.watch(sink) }
                for await ids in reports where !ids.isEmpty {
                    #expect(ids == [object("nginx", kind: "Service")])
                    break
                }
                group.cancelAll()
            }
        }
    }
}
