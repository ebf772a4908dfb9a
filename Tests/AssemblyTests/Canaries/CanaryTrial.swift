// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import AsyncHTTPClient
import Commands
import Foundation
import Glibc
import Manifest
import TestSupport
import Testing

/// A daemon that serves a ``CanaryFleet`` from a server of Git, with all its details logged; a person at the command line;
/// and somebody who listens to what goes to the servers.
struct CanaryTrial: Sendable {
    let fleet: CanaryFleet
    /// Before the server of Git.
    let git: RecordingProxy
    /// Before OpenBao.
    let store: RecordingProxy
    let evidence = CanaryEvidence()

    private var site: TrialSite { fleet.site }

    static func with(
        _ site: TrialSite, cluster: ClusterFleet? = nil, _ body: (CanaryTrial) async throws -> Void
    ) async throws {
        try await BaoServer.with { bao in
            try await bao.letIn(role: "role-1", secret: "secret-1")
            _ = try await bao.makeTransitKey()
            let server = try await GitHTTPServer.start(root: site.folder)
            try await RecordingProxy.with(before: server.port) { git in
                try await RecordingProxy.with(before: bao.port) { store in
                    let fleet = try CanaryFleet(
                        site, cluster: cluster, bao: bao, store: "http://127.0.0.1:\(store.port)")
                    try fleet.prepare()
                    let trial = CanaryTrial(fleet: fleet, git: git, store: store)
                    try site.writePrivate(
                        "fleet: \(trial.address)\ninterval: 1s\nallow: [plainHTTP]\n", to: "trust.yaml")
                    try await body(trial)
                }
            }
            await server.stop()
        }
    }

    private var address: String { "http://127.0.0.1:\(git.port)/fleet/.git" }

    // MARK: A person

    @discardableResult
    func run(_ line: String) async -> CommandRun {
        let run = await site.trimtab(line.split(separator: " ").map(String.init))
        evidence.add(line, run.output + run.errors)
        return run
    }

    private var units: [String] { ["acme/files@edge"] + (fleet.cluster == nil ? [] : ["acme/web@lab"]) }

    /// Asks what tells of a state, for programs, who are told the most.
    func look() async throws {
        var lines = ["status", "plan", "diff", "log --limit 1000", "secrets audit --all", "refresh"]
        for unit in units { lines += ["history \(unit)", "render \(unit)"] }
        for line in lines { await run(line + " --output json") }
        evidence.add("a scrape of metrics", try await site.get("/metrics"))
        evidence.add("an answer of the API", try await site.get("/v1/status"))
    }

    /// Asks all that can be asked, for people and for programs.
    func lookAtAll() async throws {
        let sealed = site.folder.path + "/fleet/apps/files/manifest.yaml"
        var lines = [
            "status", "plan", "diff", "log", "secrets audit", "secrets where-used vault:shop/db",
            "secrets where-used machine:shop/value", "audit verify", "version", "validate \(site.folder.path)/fleet",
            "accept fleet", "cancel --all", "sync --dry-run",
            "secrets compare --key-file \(site.state)/keys/agent.txt \(sealed) \(sealed)",
            "auth token create probe", "auth token list", "auth token revoke probe", "context list",
            "secrets list", "auth roles", "log --values --limit 1000",
        ]
        for unit in units {
            lines += ["history \(unit)", "history \(unit) --commits", "render \(unit)", "render \(unit) --explain"]
            lines += ["adopt \(unit) --dry-run", "confirm \(unit) --plan 0123456789ab"]
            lines += ["approve \(unit) --plan 0123456789ab", "reject \(unit) --plan 0123456789ab"]
            lines += ["auth can-i read \(unit)", "auth explain read \(unit)", "status \(unit) --tree"]
        }
        for line in lines {
            await run(line)
            await run(line + " --output json")
        }
        for line in ["audit export", "audit checkpoint"] { await run(line) }
        try await look()
    }

    /// Every command that prints JSON was asked for it.
    func expectAllCommands() async throws {
        var names: [String] = []
        let help = try #require(try await site.trimtab("--experimental-dump-help").value["command"])
        Self.collect(help, below: [], into: &names)
        #expect(names.count > 15, "\(names)")
        let asked = evidence.items.map(\.source).filter { $0.hasSuffix(" --output json") }
        for name in names { #expect(asked.contains { $0.hasPrefix(name + " ") }, "\(name) was not asked for JSON") }
    }

    private static func collect(_ command: Value, below parents: [String], into names: inout [String]) {
        let path = parents + [command["commandName"]?.stringValue?.string ?? ""]
        let printsJSON = (command["arguments"]?.arrayValue ?? []).contains { argument in
            let isOutput = argument["names"]?.arrayValue?.contains { $0["name"] == "output" } ?? false
            return isOutput && argument["allValues"]?.arrayValue?.contains("json") ?? false
        }
        if printsJSON { names.append(path.dropFirst().joined(separator: " ")) }
        for child in command["subcommands"]?.arrayValue ?? [] { collect(child, below: path, into: &names) }
    }

    // MARK: The program

    /// The daemon while `body` runs.
    func whileServing(_ body: () async throws -> Void) async throws {
        let (process, log) = try start([:])
        defer { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }
        while (try? await site.get("/v1/status")) == nil {
            let said = try String(contentsOf: log, encoding: .utf8)
            try #require(process.isRunning, "\(said)")
            try await Task.sleep(for: .milliseconds(50))
        }
        try await body()
        process.terminate()
        process.waitUntilExit()
        evidence.add("log of the daemon", Array(try Data(contentsOf: log)))
    }

    /// The daemon until it crashes at a step, telling all that Swift tells of it.
    func crash(at point: String, by signal: Int32) throws -> String {
        let (process, log) = try start([
            "TRIMTAB_CRASH_AT": point, "TRIMTAB_CRASH_SIGNAL": "\(signal)",
            "SWIFT_BACKTRACE": "enable=yes,interactive=no,color=no,registers=all,threads=all,symbolicate=off",
        ])
        process.waitUntilExit()
        #expect(process.terminationReason == .uncaughtSignal, "\(point) was not reached")
        let text = String(decoding: try Data(contentsOf: log), as: UTF8.self)
        evidence.add("output of the daemon that crashed at \(point)", text)
        return text
    }

    /// Where a core would lie that the kernel writes of it.
    var coreFolder: String { site.folder.path + "/cores" }

    private func start(_ variables: [String: String]) throws -> (Process, log: URL) {
        let log = site.folder.appending(path: "daemon-\(UUID().uuidString).log")
        _ = FileManager.default.createFile(atPath: log.path, contents: nil)
        let process = Process()
        let program = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
            .appendingPathComponent("trimtab")
        try FileManager.default.createDirectory(atPath: coreFolder, withIntermediateDirectories: true)
        process.currentDirectoryURL = URL(fileURLWithPath: coreFolder)
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = [
            "-c", "ulimit -c unlimited; exec \"$@\"", "sh", program.path, "run", "--trust",
            site.folder.path + "/trust.yaml",
            "--state", site.state, "--log-level", "debug", "--log-format", "json", "--target", "edge",
        ]
        if fleet.cluster != nil { process.arguments? += ["--target", "lab"] }
        process.environment = ["PATH": "/usr/bin:/bin", "HOME": site.folder.path].merging(variables) { $1 }
        let output = try FileHandle(forWritingTo: log)
        process.standardOutput = output
        process.standardError = output
        try process.run()
        return (process, log)
    }
}
