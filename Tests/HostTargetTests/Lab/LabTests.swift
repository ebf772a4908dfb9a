// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Fleet
import Foundation
import Manifest
import Model
import TestSupport
import Testing

@testable import HostTarget

/// The driver on a real machine with systemd and apt: a server of the lab, which `scripts/lab/driver-tests` starts.
/// Anywhere else they are skipped: they change the machine that they run on.
@Suite(
    .enabled(if: ProcessInfo.processInfo.environment["TRIMTAB_LAB"] == "server", "scripts/lab/driver-tests runs these"),
    .serialized, .timeLimit(.minutes(5)))
struct LabTests {
    private static let unit = UnitContext(
        unit: TestSupport.unit("lab"), project: name("lab"),
        limits: .host(
            HostLimits(
                paths: ["/etc/nginx/**", "/srv/lab/**"], kinds: ["File", "Directory", "Link", "Service", "Package"],
                services: ["lab-web", "lab-tough", "nginx"], packages: ["lab-sample", "nginx"], commands: ["nginx -t"]))
    )

    private func machine() throws -> Host {
        Host(
            folder: URL(fileURLWithPath: "/"),
            target: try HostTarget(root: "/", observations: MemoryObservations()), unit: Self.unit)
    }

    @discardableResult private func run(_ words: String...) throws -> String {
        try TestProcess.run("/usr/bin/env", words).text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private func service(_ host: Host, _ name: Text, _ body: Text, running: Bool = true) -> DesiredObject {
        host.declare(
            "Service", name,
            [
                ("unit", .string("[Service]\n\(body)\n[Install]\nWantedBy=multi-user.target\n")), ("enabled", true),
                ("running", .bool(running)),
            ])
    }

    @Test func `a service of our own starts, is enabled, drifts, is healed and goes`() async throws {
        let host = try machine()
        let web = service(host, "lab-web", "ExecStart=/bin/sleep infinity")
        #expect(try await host.compare(web).values.first == .absent)
        #expect(try await host.apply(web).map(\.result) == [.done])
        #expect(try run("systemctl", "is-active", "lab-web") == "active")
        #expect(try run("systemctl", "is-enabled", "lab-web") == "enabled")
        #expect(try await host.compare(web).values.first == .same)

        try run("systemctl", "stop", "lab-web")
        guard case .differs(let fields, _) = try await host.compare(web).values.first else {
            Issue.record("a stopped service does not differ")
            return
        }
        #expect(fields.map { "\($0.path)" } == ["spec.running"])
        try await host.apply(web)
        #expect(try run("systemctl", "is-active", "lab-web") == "active")

        let before = try run("systemctl", "show", "--property=MainPID", "lab-web")
        let changed = service(host, "lab-web", "ExecStart=/bin/sleep 100000")
        try await host.apply(changed)
        #expect(try run("systemctl", "show", "--property=MainPID", "lab-web") != before)
        #expect(try run("systemctl", "show", "--property=ExecStart", "lab-web").contains("100000"))

        #expect(try await host.remove(changed)?.result == .done)
        #expect(try run("systemctl", "show", "--property=LoadState", "lab-web") == "LoadState=not-found")
        #expect(!FileManager.default.fileExists(atPath: "/etc/systemd/system/lab-web.service"))
    }

    @Test func `systemd's signal reports a service that someone stops`() async throws {
        let host = try machine()
        let web = service(host, "lab-web", "ExecStart=/bin/sleep infinity")
        try await host.apply(web)
        try await host.target.setWatched([web], of: host.unit)
        let (reports, continuation) = AsyncStream.makeStream(of: Set<ObjectID>.self)
        let sink = WatchSink { _, ids in continuation.yield(ids) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            let target = host.target
            group.addTask { try await target.watch(sink) }
            var isStopped = false
            for await _ in reports {
                if try await host.compare(web).values.first != .same { break }
                if !isStopped { try run("systemctl", "stop", "lab-web") }
                isStopped = true
            }
            group.cancelAll()
        }
        try await host.remove(web)
    }

    @Test func `a service that systemd starts again by itself is left to systemd`() async throws {
        let host = try machine()
        let tough = service(host, "lab-tough", "ExecStart=/bin/sleep infinity\nRestart=always\nRestartSec=1h")
        try await host.apply(tough)
        try run("systemctl", "kill", "--signal=KILL", "lab-tough")
        while try run("systemctl", "show", "--property=SubState", "lab-tough") != "SubState=auto-restart" {
            try await Task.sleep(for: .milliseconds(20))
        }
        #expect(try await host.compare(tough).values.first == .same)
        let health = try await host.target.health(of: [tough], in: host.unit)
        #expect(health.values.first?.health == .progressing)
        try await host.remove(tough)
    }

    @Test func `a service that does not start fails by name`() async throws {
        let host = try machine()
        let web = service(host, "lab-web", "Type=oneshot\nExecStart=/bin/false")
        guard case .failed(let reason) = try await host.apply(web).first?.result else {
            Issue.record("not failed")
            return
        }
        #expect(reason.string.contains("lab-web.service"))
        try await host.remove(web)
    }

    @Test func `a package is installed, in another version, and goes`() async throws {
        let host = try machine()
        func sample(_ version: Text) -> DesiredObject {
            host.declare("Package", "lab-sample", [("version", .string(version))])
        }
        for version in ["1.0", "2.0", "1.0"] as [Text] {
            #expect(try await host.apply(sample(version)).map(\.result) == [.done])
            #expect(try String(contentsOfFile: "/usr/share/lab-sample/version", encoding: .utf8) == "\(version)\n")
            #expect(try await host.compare(sample(version)).values.first == .same)
        }
        #expect(try await host.remove(sample("1.0"))?.result == .done)
        #expect(!FileManager.default.fileExists(atPath: "/usr/share/lab-sample/version"))
    }

    @Test func `what a killed dpkg left half done is finished`() async throws {
        let host = try machine()
        try run("dpkg", "--unpack", "/srv/apt/lab-sample_2.0_all.deb")
        #expect(try run("dpkg-query", "-W", "-f", "${db:Status-Status}", "lab-sample") == "unpacked")
        try await host.target.recover()
        #expect(try run("dpkg-query", "-W", "-f", "${db:Status-Status}", "lab-sample") == "installed")
        try run("dpkg", "--purge", "lab-sample")
    }

    @Test func `nginx keeps running when a commit breaks its configuration`() async throws {
        let host = try machine()
        func objects(_ site: Text) -> [DesiredObject] {
            [
                host.declare("Package", "nginx", []),
                host.file(
                    "site", path: "/etc/nginx/conf.d/site.conf",
                    [("content", .string(site)), ("validate", "nginx -t")]),
                host.declare("Service", "nginx", [("running", true), ("enabled", true), ("reloadOn", ["File/site"])]),
            ]
        }
        let good = objects("server { listen 127.0.0.1:8080; return 204; }\n")
        #expect(try await host.apply(good[0]).map(\.result) == [.done])
        let outcomes = try await host.apply(good)
        #expect(outcomes.allSatisfy { !$0.result.isFailure }, "\(outcomes)")
        #expect(try run("systemctl", "is-active", "nginx") == "active")
        #expect(try await host.compare(all: good).values.allSatisfy { $0 == .same })

        let broken = try await host.apply(objects("server { listen nowhere at all\n"))
        guard case .failed(let reason) = broken[1].result else {
            Issue.record("\(broken)")
            return
        }
        #expect(reason.string.contains("nginx -t failed with status 1"))
        #expect(try run("systemctl", "is-active", "nginx") == "active")
        #expect(try run("nginx", "-t").contains("successful"))
        #expect(try await host.compare(all: good).values.allSatisfy { $0 == .same })

        for object in good.reversed() { try await host.remove(object) }
        #expect(try run("dpkg-query", "-W", "-f", "${db:Status-Status}", "nginx") != "installed")
    }
}
