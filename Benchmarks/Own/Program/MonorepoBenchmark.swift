// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import BenchmarkSupport
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
        let socket = DaemonSocket(path: folder + "/state/trimtab.sock")
        try first(count, socket, daemon)
        let bench = Bench(git: git, socket: socket, daemon: daemon.id)
        print(
            "| a commit, from the request to look until its last plan | renders | median | 95 of 100 |\n|---|---|---|---|"
        )
        try bench.measure("that touches one application", renders: 1, rounds: rounds) { round in
            try write(round * 97 % count, "round \(round)", in: fleet)
        }
        try bench.measure("that touches the base that 50 share", renders: sharing, rounds: 5) { round in
            try writeBase("round \(round)", in: fleet)
        }
        try bench.measure("that touches nothing that anybody reads", renders: 0, rounds: 5) { round in
            try Sandbox.write("\(round)", to: fleet + "/README.md")
        }
        try bench.measure("that changes what the fleet says of one", renders: 1, rounds: 10) { round in
            // It reads from another folder now, which nobody has rendered for it.
            let number = round * 89 % (count - sharing)
            try declare(number, path: "moved/app-\(number)", in: fleet)
            try FileManager.default.createDirectory(
                atPath: fleet + "/moved/app-\(number)", withIntermediateDirectories: true)
            try write(number, "moved", in: fleet, below: "moved")
        }
        print("\nResident at the most: \(try ProcessSample(of: daemon.id).peak >> 10) MB.\n")
    }

    /// From the start of the daemon.
    private static func first(_ count: Int, _ socket: DaemonSocket, _ daemon: Child) throws {
        let began = ContinuousClock.now
        while (try? socket.renders("done")) ?? 0 < count { try pause(began, 300, milliseconds: 50) }
        let rendered = ContinuousClock.now - began
        let sample = try ProcessSample(of: daemon.id)
        var plans = Plans(after: 0)
        while plans.count < count { try plans.take(from: socket, began, 600) }
        let planned = ContinuousClock.now - began
        print("| \(count) applications in one repository, from the start of the daemon | |\n|---|---|")
        print("| until all are rendered | \(rendered.inSeconds) |")
        print("| its processor time until then | \(sample.processor.inSeconds) |")
        print("| resident at the most until then | \(sample.peak >> 10) MB |")
        print("| until every one has its plan | \(planned.inSeconds) |")
        // What follows a first run: a second look at what is watched now, and memory that is given back.
        while try socket.figure("trimtab_queue_units{state=\"due\"}")
            + socket.figure("trimtab_queue_units{state=\"running\"}") > 0
        {
            try pause(began, 600, milliseconds: 100)
        }
        print("| until all is at rest | \((ContinuousClock.now - began).inSeconds) |\n")
        sleep(5)
    }

    private struct Bench {
        let git: Git
        let socket: DaemonSocket
        let daemon: pid_t

        func measure(_ name: String, renders expected: Int, rounds: Int, _ change: (Int) throws -> Void) throws {
            var times: [Duration] = []
            for round in 0..<rounds {
                let before = try socket.renders("done")
                var plans = Plans(after: try newest())
                try change(round)
                try git.commit()
                let began = ContinuousClock.now
                _ = try socket.ask("POST", "/v1/refresh", body: #"{"sources":[],"reason":"bench"}"#)
                while plans.count < expected { try plans.take(from: socket, began, 60) }
                times.append(ContinuousClock.now - began)
                if expected == 0 { usleep(300_000) }
                let renders = try socket.renders("done") - before
                guard renders == expected else {
                    throw Child.Failed(description: "a commit \(name): \(renders) renders instead of \(expected)")
                }
            }
            let slowest = times.percentile(95).inMilliseconds
            print("| \(name) | \(expected) | \(times.median.inMilliseconds) | \(slowest) |")
        }

        private func newest() throws -> Int {
            MonorepoBenchmark.number("next", in: try socket.ask("GET", "/v1/events?limit=1")) ?? 0
        }
    }

    /// Plans that wait, as they come on record.
    private struct Plans {
        var after: Int
        var count = 0

        init(after: Int) { self.after = after }

        mutating func take(from socket: DaemonSocket, _ began: ContinuousClock.Instant, _ seconds: Int) throws {
            try pause(began, seconds, milliseconds: 0)
            let page = try socket.ask(
                "GET", "/v1/events?kind=planBlocked&after=\(after)&limit=1000&waitMilliseconds=1000")
            count += page.components(separatedBy: "\"planBlocked\"").count - 1
            after = number("next", in: page) ?? after
        }
    }

    private static func pause(_ began: ContinuousClock.Instant, _ seconds: Int, milliseconds: UInt32) throws {
        guard ContinuousClock.now - began < .seconds(seconds) else {
            throw Child.Failed(description: "nothing came within \(seconds) s")
        }
        usleep(milliseconds * 1000)
    }

    private static func number(_ key: String, in page: String) -> Int? {
        guard let range = page.range(of: "\"\(key)\":") else { return nil }
        return Int(page[range.upperBound...].drop { $0 == " " }.prefix { $0.isNumber })
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
        try Sandbox.write("resources: [base.yaml]\n", to: fleet + "/base/kustomization.yaml")
        try writeBase("one", in: fleet)
        for number in 0..<count {
            let folder = fleet + "/apps/app-\(number)"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try declare(number, path: "apps/app-\(number)", in: fleet)
            try write(number, "one", in: fleet)
            // The last ones share a base, each with a patch of its own.
            guard number >= count - sharing else { continue }
            try Sandbox.write(
                """
                resources: [../../base, files.yaml]
                patches:
                - target: {kind: File, name: base}
                  patch: |
                    - {op: replace, path: /spec/path, value: /srv/app-\(number)/base.conf}

                """, to: folder + "/kustomization.yaml")
        }
    }

    private static func declare(_ number: Int, path: String, in fleet: String) throws {
        try Sandbox.write(
            """
            kind: Application
            metadata: {name: app-\(number)}
            spec: {source: {path: \(path)}, targets: {name: here}, sync: {apply: manual}}

            """, to: fleet + "/projects/shop/app-\(number).yaml")
    }

    private static func write(_ number: Int, _ content: String, in fleet: String, below folder: String = "apps") throws
    {
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
        try Sandbox.write(documents.joined(separator: "---\n"), to: fleet + "/\(folder)/app-\(number)/files.yaml")
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
