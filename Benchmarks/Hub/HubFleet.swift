// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import BenchmarkSupport
import Foundation
import Glibc

/// A fleet of so many applications on ten targets each, and a daemon that serves it over TLS on a loopback port.
///
/// Each unit is one file that waits for a person, so that a fleet of 50,000 is there within minutes and then at rest; with
/// `BENCH_APPLY=auto` it is applied, which takes far longer. The journal is the one that the daemon writes meanwhile.
final class HubFleet {
    static let targets = 10
    static let projects = 40
    /// What the applications say of new commits.
    static let apply = ProcessInfo.processInfo.environment["BENCH_APPLY"] ?? "manual"

    let applications: Int
    private let folder: String
    let daemon: Child
    let socket: DaemonSocket
    let port: Int

    var units: Int { applications * Self.targets }

    /// Returns once all units have their plan.
    init(applications: Int) throws {
        self.applications = applications
        folder = ProcessInfo.processInfo.environment["BENCH_FLEET"] ?? scratch
        port = try Self.freePort()
        if !FileManager.default.fileExists(atPath: folder + "/fleet/fleet.yaml") {
            try Self.lay(applications, in: folder)
            try Self.git(folder + "/fleet", "init", "--quiet", "--initial-branch=main")
            try Self.git(folder + "/fleet", "add", "--all")
            try Self.git(
                folder + "/fleet", "-c", "user.name=Bench", "-c", "user.email=b@example.org", "commit", "--quiet",
                "--message=All")
            _ = try Child.run(
                [
                    "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                    "-keyout", folder + "/key.pem", "-out", folder + "/certificate.pem", "-days", "30", "-subj",
                    "/CN=localhost",
                ], output: folder + "/openssl")
        }
        guard let program = ProcessInfo.processInfo.environment["TRIMTAB"] else {
            throw Child.Failed(description: "TRIMTAB must name the program; scripts/bench sets it")
        }
        daemon = try Child(
            [
                program, "run", "--fleet", folder + "/fleet", "--state", folder + "/state", "--listen",
                "127.0.0.1:\(port)", "--tls-cert", folder + "/certificate.pem", "--tls-key", folder + "/key.pem",
            ], output: folder + "/output")
        socket = DaemonSocket(path: folder + "/state/trimtab.sock")
        try awaitRest()
    }

    func end() {
        try? daemon.terminate()
        let environment = ProcessInfo.processInfo.environment
        if environment["BENCH_KEEP"] == nil, environment["BENCH_FLEET"] == nil {
            try? FileManager.default.removeItem(atPath: folder)
        }
    }

    /// A token for a day.
    func token(_ name: String, allow verbs: [String], projects: [String] = []) throws -> String {
        let expires = ISO8601DateFormatter().string(from: Date(timeIntervalSinceNow: 86_400))
        func list(_ words: [String]) -> String { words.map { "\"\($0)\"" }.joined(separator: ",") }
        let scope = #""verbs":[\#(list(verbs))],"projects":[\#(list(projects))]"#
        let answer = try socket.ask(
            "POST", "/v1/tokens/create",
            body: #"{"name":"\#(name)-\#(getpid())",\#(scope),"expires":"\#(expires)","reason":"bench"}"#)
        guard let range = answer.range(of: "trimtab_[A-Za-z0-9_-]+", options: .regularExpression) else {
            throw Child.Failed(description: "no token: \(answer)")
        }
        return String(answer[range])
    }

    private func awaitRest() throws {
        let began = ContinuousClock.now
        while (try? isAtRest()) != true {
            guard ContinuousClock.now - began < .seconds(3600) else {
                throw Child.Failed(description: "the daemon does not come to rest; see \(folder)/output")
            }
            usleep(500_000)
        }
        sleep(3)
    }

    private func isAtRest() throws -> Bool {
        let metrics = try socket.ask("GET", "/metrics")
        let busy = ["due", "running"].map { "trimtab_queue_units{state=\"\($0)\"} 0\n" }
        guard busy.allSatisfy(metrics.contains) else { return false }
        let kind = Self.apply == "manual" ? "planBlocked" : "syncEnded"
        return try socket.ask("GET", "/v1/events?kind=\(kind)&limit=1").contains(kind)
    }

    private static func git(_ folder: String, _ arguments: String...) throws {
        _ = try Child.run(["git", "-C", folder] + arguments, output: folder + "/../git")
    }

    private static func freePort() throws -> Int {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, size) == 0 ? getsockname(socket, $0, &size) : -1
            }
        }
        guard code == 0 else { throw Child.Failed(description: "no free port") }
        return Int(in_port_t(bigEndian: address.sin_port))
    }
}

var scratch: String {
    let folder = ProcessInfo.processInfo.environment["BENCH_FOLDER"] ?? "/var/tmp"
    return "\(folder)/trimtab-bench-\(getpid())-\(UUID().uuidString.prefix(8))"
}
