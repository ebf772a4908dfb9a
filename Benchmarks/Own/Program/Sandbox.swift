// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import BenchmarkSupport
import Foundation
import Glibc

/// A fleet repository with one application of many files on one target, the target's root, and a state folder.
struct Sandbox: Sendable {
    let folder: String
    let files: [File]
    var fleet: String { folder + "/fleet" }
    var root: String { folder + "/root" }
    var state: String { folder + "/state" }
    var log: String { folder + "/output" }

    struct File: Sendable {
        /// Below the root, with a leading slash.
        var path: String
        var content: String
    }

    /// - Parameter folder: on the disk that is to be measured; must not exist.
    init(in folder: String, files count: Int) throws {
        self.folder = folder
        files = (0..<count).map { number in
            let line = "setting.\(number) = \(number &* 2_654_435_761 % 1_000_003) # of file \(number)\n"
            return File(
                path: "/etc/app/d\(number % 20)/file-\(number).conf", content: String(repeating: line, count: 20))
        }
        for path in [fleet + "/site", root] {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        }
        try Self.write(
            """
            kind: Target
            metadata: {name: here}
            spec: {host: {root: "\(root)"}}
            ---
            kind: Application
            metadata: {name: site}
            spec: {source: {path: site}}

            """, to: fleet + "/try.yaml")
        // As people have them: some objects in each file.
        for start in stride(from: 0, to: count, by: 50) {
            let documents = files[start..<min(start + 50, count)].enumerated().map { offset, file in
                """
                apiVersion: host.trimtab.dev/v1alpha1
                kind: File
                metadata: {name: file-\(start + offset)}
                spec:
                  path: \(file.path)
                  mode: "0644"
                  content: |
                \(file.content.split(separator: "\n").map { "    " + $0 }.joined(separator: "\n"))

                """
            }
            try Self.write(documents.joined(separator: "---\n"), to: fleet + "/site/files-\(start).yaml")
        }
        try git("init", "--quiet", "--initial-branch=main")
        try git("add", "--all")
        try git(
            "-c", "user.name=Bench", "-c", "user.email=bench@example.org", "commit", "--quiet", "--message=All files")
    }

    /// With `BENCH_KEEP` it stays, to look at.
    func remove() {
        guard ProcessInfo.processInfo.environment["BENCH_KEEP"] == nil else { return }
        try? FileManager.default.removeItem(atPath: folder)
    }

    static func write(_ text: String, to path: String) throws { try Data(text.utf8).write(to: URL(filePath: path)) }

    /// Whether every file holds what Git says.
    func isConverged() -> Bool { files.allSatisfy { content(of: $0) == $0.content } }

    func content(of file: File) -> String? { try? String(contentsOfFile: root + file.path, encoding: .utf8) }

    /// The release binary, which scripts/bench has built.
    static func program() throws -> String {
        guard let path = ProcessInfo.processInfo.environment["TRIMTAB"] else {
            throw Child.Failed(description: "TRIMTAB must name the program; scripts/bench sets it")
        }
        return path
    }

    var syncOnce: [String] {
        get throws { [try Self.program(), "sync", "--once", "--fleet", fleet, "--state", state] }
    }

    var plan: [String] {
        get throws { [try Self.program(), "plan", "--fleet", fleet, "--state", state] }
    }

    var refresh: [String] {
        get throws { [try Self.program(), "refresh", "--fleet", fleet, "--state", state] }
    }

    /// Out of the way until the end. To delete it now would slow the next program down: ext4 looks for a new file's
    /// number among those that were free for some seconds.
    func putAside(_ path: String) { rename(path, "\(path)-\(UUID().uuidString)") }

    /// The daemon, once every unit is in sync and watched.
    ///
    /// - Parameter source: the options that say where its fleet lies; the repository of this sandbox when left out.
    func daemon(_ source: [String]? = nil) throws -> Child {
        let source = source ?? ["--fleet", fleet]
        let child = try Child([Self.program(), "run", "--state", state] + source, output: log)
        for _ in 0..<600 {
            usleep(100_000)
            let report = folder + "/status.json"
            try? FileManager.default.removeItem(atPath: report)
            let status = try Child([Self.program(), "status", "--state", state, "--output", "json"], output: report)
            _ = try? status.finish(accepting: Set(0..<128))
            if let text = try? String(contentsOfFile: report, encoding: .utf8), text.contains("\"InSync\"") {
                // The look that follows the first watch.
                sleep(2)
                return child
            }
        }
        kill(child.id, SIGTERM)
        throw Child.Failed(description: "the daemon does not converge; see \(log)")
    }

    private func git(_ arguments: String...) throws {
        _ = try Child.run(["git", "-C", fleet] + arguments, output: folder + "/git")
    }
}

/// Where the disk is that benchmarks are to use.
var scratch: String {
    let folder = ProcessInfo.processInfo.environment["BENCH_FOLDER"] ?? "/var/tmp"
    return "\(folder)/trimtab-bench-\(getpid())-\(UUID().uuidString.prefix(8))"
}
