// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import BenchmarkSupport
import Foundation
import Glibc

/// What the daemon costs that has nothing to do: processor, memory and writes with 10,000 watched files, a fleet that a
/// server is asked for every minute, and the audits that fall into the time.
enum IdleBenchmark {
    static func run() throws {
        let minutes = ProcessInfo.processInfo.environment["BENCH_MINUTES"].flatMap(Int.init) ?? 60
        let sandbox = try Sandbox(in: scratch, files: 10_000)
        defer { sandbox.remove() }
        let server = try GitServer(in: sandbox)
        defer { try? server.process.terminate() }
        let daemon = try sandbox.daemon(["--trust", server.trust])
        defer { try? daemon.terminate() }
        // What a first apply leaves behind is not what an hour costs: what was written so lately is looked at once more,
        // and noted.
        sleep(30)
        _ = try DaemonSocket(path: sandbox.state + "/trimtab.sock").ask("GET", "/v1/diff")
        sleep(10)
        ProcessSample.resetPeak(of: daemon.id)
        let before = try ProcessSample(of: daemon.id)
        let rootBefore = try changes(below: sandbox.root)
        var resident = [before.resident]
        var audits = 0
        var reads = before.readCalls
        for _ in 0..<minutes {
            sleep(60)
            let sample = try ProcessSample(of: daemon.id)
            resident.append(sample.resident)
            // An audit reads every file; nothing else reads so much.
            if sample.readCalls - reads >= sandbox.files.count { audits += 1 }
            reads = sample.readCalls
        }
        let after = try ProcessSample(of: daemon.id)
        func share(_ spent: Duration) -> String { String(format: "%.3f %%", spent / .seconds(60 * minutes) * 100) }
        let rootAfter = try changes(below: sandbox.root)
        print("| idle with \(sandbox.files.count) watched files, \(minutes) minutes, \(audits) audits | |\n|---|---|")
        print("| processor, of one core | \(share(after.processor - before.processor)) |")
        print("| the same with the `git` that asks the server | \(share(after.withChildren - before.withChildren)) |")
        print("| resident, median and most of the minutes | \(resident.sorted()[minutes / 2] >> 10), ", terminator: "")
        print("\((resident.max() ?? 0) >> 10) MB |")
        print("| resident, the highest moment | \(after.peak >> 10) MB |")
        print("| of its memory its own, not of files | \(after.anonymous >> 10) MB |")
        print("| bytes handed to the disk | \(after.written - before.written) |")
        print("| calls that write, sockets and pipes included | \(after.writeCalls - before.writeCalls) |")
        print("| anything changed beneath the root | \(rootAfter == rootBefore ? "no" : "yes") |")
        print("| switches between threads, a second | \((after.switches - before.switches) / (60 * minutes)) |\n")
    }

    /// When each file and folder changed last, as the kernel has it.
    private static func changes(below root: String) throws -> [String: [UInt8]] {
        var changes: [String: [UInt8]] = [:]
        for path in try FileManager.default.subpathsOfDirectory(atPath: root) {
            var status = stat()
            guard lstat(root + "/" + path, &status) == 0 else { continue }
            changes[path] = withUnsafeBytes(of: status.st_ctim) { Array($0) }
        }
        return changes
    }
}

/// Serves the fleet of a sandbox over HTTP on this machine, because a repository that is a folder would be looked at more
/// often than one that a server has to be asked for.
private struct GitServer {
    let process: Child
    /// Says where the fleet lies, and that it is asked for every minute.
    let trust: String

    init(in sandbox: Sandbox) throws {
        let folder = sandbox.folder + "/server"
        let script = folder + "/cgi-bin/git"
        let port = try Self.freePort()
        trust = folder + "/trust.yaml"
        try FileManager.default.createDirectory(atPath: folder + "/cgi-bin", withIntermediateDirectories: true)
        try Sandbox.write(
            """
            #!/bin/sh
            GIT_PROJECT_ROOT='\(sandbox.folder)' GIT_HTTP_EXPORT_ALL=1 exec git -c 'safe.directory=*' http-backend

            """, to: script)
        try Sandbox.write(
            """
            fleet: http://127.0.0.1:\(port)/cgi-bin/git/fleet
            interval: 60s
            allow: [plainHTTP, localPaths]

            """, to: trust)
        guard chmod(script, 0o755) == 0, chmod(trust, 0o644) == 0 else {
            throw Child.Failed(description: "\(folder) cannot be prepared")
        }
        process = try Child(
            ["python3", "-m", "http.server", "--cgi", "--bind", "127.0.0.1", "--directory", folder, "\(port)"],
            output: sandbox.folder + "/requests")
        sleep(1)
    }

    private static func freePort() throws -> UInt16 {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(socket, pointer, size) == 0 ? getsockname(socket, pointer, &size) : -1
            }
        }
        guard code == 0 else { throw Child.Failed(description: "no port is free") }
        return UInt16(bigEndian: address.sin_port)
    }
}
