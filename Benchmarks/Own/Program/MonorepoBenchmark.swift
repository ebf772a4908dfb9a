// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import Glibc

/// One repository of 5,000 applications, 50 of which share a base: the first render of all, and then what a commit costs
/// that touches one, the base, or nothing that anybody reads. Applications wait for a person, so that nothing is applied:
/// what is measured ends with the plan.
enum MonorepoBenchmark {
    private static let sharing = 50
    private static let rounds = 40

    static func run() throws {
        let count = ProcessInfo.processInfo.environment["BENCH_APPLICATIONS"].flatMap { Int($0) } ?? 5000
        let folder = scratch
        let fleet = folder + "/fleet"
        defer {
            if ProcessInfo.processInfo.environment["BENCH_KEEP"] == nil {
                try? FileManager.default.removeItem(atPath: folder)
            }
        }
        try lay(count, in: fleet, root: folder + "/root")
        let git = Git(folder: fleet, log: folder + "/git")
        try git.begin()
        let daemon = try Child(
            [Sandbox.program(), "run", "--fleet", fleet, "--state", folder + "/state"], output: folder + "/output")
        defer { try? daemon.terminate() }
        let began = ContinuousClock.now
        let socket = DaemonSocket(path: folder + "/state/trimtab.sock")
        while (try? socket.renders("done")) ?? 0 < count { try pause(began, 300) }
        let all = ContinuousClock.now - began
        let resident = try peak(of: daemon.id)
        // Until every unit has its plan.
        while try plans(socket, after: 0, atMost: count) < count { try pause(began, 600) }
        let planned = ContinuousClock.now - began
        print("| \(count) applications in one repository | |\n|---|---|")
        print("| from the start of the daemon until all are rendered | \(all.inSeconds) |")
        print("| resident at the most until then | \(resident >> 10) MB |")
        print("| until every one has its plan | \(planned.inSeconds) |")
        var times: [Duration] = []
        for round in 0..<rounds {
            let number = round * 97 % count
            times.append(
                try measure(git, socket, renders: 1) {
                    try write(number, "round \(round)", in: fleet)
                }.wall)
        }
        print("| a commit that touches one: renders | 1 |")
        print("| from the request to look until its plan, median of \(rounds) | \(times.median.inMilliseconds) |")
        print("| the same, 95 of 100 | \(times.percentile(95).inMilliseconds) |")
        let base = try measure(git, socket, renders: sharing) { try writeBase("two", in: fleet) }
        print("| a commit that touches the base: renders | \(base.renders) |")
        print("| until the last plan | \(base.wall.inMilliseconds) |")
        let none = try measure(git, socket, renders: 0) { try Sandbox.write("x", to: fleet + "/README.md") }
        print("| a commit that touches nothing that anybody reads: renders | \(none.renders) |")
        print("| until that is known | \(none.wall.inMilliseconds) |")
        print("| resident at the most | \(try peak(of: daemon.id) >> 10) MB |\n")
    }

    /// A commit, and the time from asking for a look until so many plans are on record.
    private static func measure(
        _ git: Git, _ socket: DaemonSocket, renders expected: Int, _ change: () throws -> Void
    ) throws -> (wall: Duration, renders: Int) {
        let before = try socket.renders("done")
        let newest = try newest(socket)
        try change()
        try git.commit()
        let began = ContinuousClock.now
        _ = try socket.ask("POST", "/v1/refresh", body: #"{"sources":[],"reason":"bench"}"#)
        if expected > 0 {
            while try plans(socket, after: newest, atMost: expected) < expected { try pause(began, 60) }
        }
        let wall = ContinuousClock.now - began
        if expected == 0 { usleep(500_000) }
        let renders = try socket.renders("done") - before
        guard renders == expected else { throw Child.Failed(description: "\(renders) renders instead of \(expected)") }
        return (wall, renders)
    }

    private static func pause(_ began: ContinuousClock.Instant, _ seconds: Int) throws {
        guard ContinuousClock.now - began < .seconds(seconds) else {
            throw Child.Failed(description: "nothing came within \(seconds) s")
        }
        usleep(500)
    }

    /// Plans that wait, on record after an event.
    private static func plans(_ socket: DaemonSocket, after sequence: Int, atMost limit: Int) throws -> Int {
        let page = try socket.ask(
            "GET", "/v1/events?kind=PlanBlocked&after=\(sequence)&limit=\(min(limit, 10_000))&waitMilliseconds=1000")
        return page.components(separatedBy: "\"PlanBlocked\"").count - 1
    }

    private static func newest(_ socket: DaemonSocket) throws -> Int {
        let page = try socket.ask("GET", "/v1/events?limit=1")
        guard let range = page.range(of: "\"next\":") else { return 0 }
        return Int(page[range.upperBound...].drop { $0 == " " }.prefix { $0.isNumber }) ?? 0
    }

    /// Kibibytes.
    private static func peak(of process: pid_t) throws -> Int {
        let status = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return line.flatMap { Int($0.split(separator: " ").dropLast().last ?? "") } ?? 0
    }

    private static func lay(_ count: Int, in fleet: String, root: String) throws {
        for path in [fleet + "/platform", fleet + "/projects/shop", fleet + "/base", root] {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        }
        try Sandbox.write(
            "kind: Fleet\nmetadata: {name: bench}\nspec: {platform: platform/, projects: projects/}\n",
            to: fleet + "/fleet.yaml")
        try Sandbox.write(
            """
            kind: Target
            metadata: {name: here}
            spec: {host: {root: "\(root)"}}
            ---
            kind: Project
            metadata: {name: shop}
            spec:
              sources: [fleet]
              limits: [{on: {name: here}, host: {paths: ["/srv/**"], kinds: [File]}}]

            """, to: fleet + "/platform/platform.yaml")
        try writeBase("one", in: fleet)
        for number in 0..<count {
            let name = "app-\(number)"
            try FileManager.default.createDirectory(
                atPath: fleet + "/apps/\(name)", withIntermediateDirectories: true)
            try Sandbox.write(
                """
                kind: Application
                metadata: {name: \(name)}
                spec: {source: {path: apps/\(name)}, targets: {name: here}, sync: {apply: manual}}

                """, to: fleet + "/projects/shop/\(name).yaml")
            try write(number, "one", in: fleet)
            if number >= count - sharing {
                try FileManager.default.createSymbolicLink(
                    atPath: fleet + "/apps/\(name)/base.yaml", withDestinationPath: "../../base/base.yaml")
            }
        }
    }

    private static func write(_ number: Int, _ content: String, in fleet: String) throws {
        let documents = (0..<3).map { part in
            """
            apiVersion: host.trimtab.dev/v1alpha1
            kind: File
            metadata: {name: part-\(part)}
            spec:
              path: /srv/app-\(number)/part-\(part).conf
              mode: "0644"
              content: |
                # \(content)
                number = \(number)
                part = \(part)

            """
        }
        try Sandbox.write(documents.joined(separator: "---\n"), to: fleet + "/apps/app-\(number)/files.yaml")
    }

    private static func writeBase(_ content: String, in fleet: String) throws {
        try Sandbox.write(
            """
            apiVersion: host.trimtab.dev/v1alpha1
            kind: File
            metadata: {name: base}
            spec: {path: /srv/base.conf, content: "\(content)"}

            """, to: fleet + "/base/base.yaml")
    }

    private struct Git {
        let folder: String
        let log: String

        func begin() throws {
            try run("init", "--quiet", "--initial-branch=main")
            try commit()
        }

        func commit() throws {
            try run("add", "--all")
            try run("-c", "user.name=Bench", "-c", "user.email=b@example.org", "commit", "--quiet", "--message=Change")
        }

        private func run(_ arguments: String...) throws {
            _ = try Child.run(["git", "-C", folder] + arguments, output: log)
        }
    }
}
