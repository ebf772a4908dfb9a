// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import Glibc
import Manifest
import Model
import TestSupport
import Testing

@testable import HostTarget

/// Who changed a file, as far as the kernel tells.
@Suite(.timeLimit(.minutes(5))) struct WitnessTests {
    /// A shell that changes files and lives on, as a person's does.
    private final class Shell {
        private let process = Process()
        private let input = Pipe()
        private let output = Pipe()

        init() throws {
            process.executableURL = URL(fileURLWithPath: "/bin/sh")
            process.standardInput = input
            process.standardOutput = output
            try process.run()
        }

        var id: Int32 { process.processIdentifier }

        /// Returns when it is done.
        func run(_ command: String) throws {
            try input.fileHandleForWriting.write(contentsOf: Data("\(command); echo\n".utf8))
            _ = output.fileHandleForReading.availableData
        }

        func end() throws {
            try input.fileHandleForWriting.close()
            process.waitUntilExit()
        }
    }

    private func withWatched(
        _ body: (_ host: Host, _ shell: Shell, _ who: () -> Text?) async throws -> Void
    ) async throws {
        try await withHost { host in
            let file = host.file("a", path: "/srv/a", [("content", "a")])
            try await host.apply(file)
            try await host.target.setWatched([file], of: host.unit)
            let shell = try Shell()
            try await body(host, shell) {
                host.target.watcher.witness.look()
                return host.target.whoChanged(file)
            }
            try shell.end()
        }
    }

    @Test(
        .enabled(if: geteuid() == 0, "only root is told"),
        arguments: ["echo b >a", ": >>a", "exec 3>a; exec 3>&-", "exec 3<>b; exec 3>&-; echo c >a"])
    func `a process that still runs is named`(command: String) async throws {
        try await withWatched { host, shell, who in
            #expect(who() == nil)
            try shell.run("cd \(host.folder.path)/srv; \(command)")
            let named = try #require(who())
            #expect(named.string.hasSuffix("(sh, process \(shell.id))"), "\(named)")
            #expect(named.string.contains("root"))
        }
    }

    @Test(.enabled(if: geteuid() == 0, "only root is told"))
    func `whoever puts a foreign file into an exclusive folder is named for the folder`() async throws {
        try await withHost { host in
            let folder = host.declare("Directory", "d", [("path", "/srv/d"), ("exclusive", true)])
            try await host.apply(folder)
            try await host.target.setWatched([folder], of: host.unit)
            let shell = try Shell()
            try shell.run("echo x >\(host.folder.path)/srv/d/foreign")
            host.target.watcher.witness.look()
            #expect(host.target.whoChanged(folder)?.string.hasSuffix("process \(shell.id))") == true)
            try shell.end()
        }
    }

    @Test(.enabled(if: geteuid() == 0, "only root is told"))
    func `what we wrote ourselves is nobody else's, and another's change is forgotten with it`() async throws {
        try await withWatched { host, shell, who in
            try shell.run("echo b >\(host.folder.path)/srv/a")
            #expect(who() != nil)
            try await host.apply(host.file("a", path: "/srv/a", [("content", "c")]))
            #expect(who() == nil)
        }
    }

    @Test(.enabled(if: geteuid() == 0, "only root is told"))
    func `a process that is gone is not known, and nobody else is blamed`() async throws {
        try await withWatched { host, shell, who in
            try shell.run("echo b >\(host.folder.path)/srv/a")
            #expect(who() != nil)
            let other = try Shell()
            try other.run("echo c >\(host.folder.path)/srv/a")
            try other.end()
            #expect(who() == nil)
        }
    }

    @Test func `records of fanotify are taken apart, and broken ones end the reading`() {
        func event(process: Int32, folder: [UInt8], name: String, cut: Int = 0) -> [UInt8] {
            let place = folder + Array(name.utf8) + [0]
            let record: [UInt8] = [2, 0] + bytes(UInt16(4 + place.count)) + place
            let head: [UInt8] =
                bytes(UInt32(24 + record.count)) + [3, 0] + bytes(UInt16(24)) + bytes(UInt64(8)) + bytes(Int32(-1))
                + bytes(process)
            return (head + record).dropLast(cut)
        }
        let folder: [UInt8] = Array(1...8) + bytes(UInt32(4)) + bytes(Int32(1)) + [9, 9, 9, 9]
        let good = event(process: 7, folder: folder, name: "a")
        func parse(_ bytes: [UInt8]) -> [WitnessEvent] { bytes.withUnsafeBytes { WitnessEvent.parse($0) } }
        #expect(
            parse(good + good)
                == Array(
                    repeating: WitnessEvent(folder: folder, name: Array("a".utf8), process: 7), count: 2))
        #expect(parse(good + event(process: 8, folder: folder, name: "b", cut: 1)).count == 1)
        for cut in 1...good.count { #expect(parse(good.dropLast(cut)).isEmpty) }
        // A handle that claims to be longer than its record.
        let long: [UInt8] = Array(1...8) + bytes(UInt32(4000)) + bytes(Int32(1))
        #expect(parse(event(process: 7, folder: long, name: "a")).isEmpty)
        #expect(parse([UInt8](repeating: 0, count: 64)).isEmpty && parse([UInt8](repeating: 255, count: 64)).isEmpty)
    }

    private func bytes(_ number: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: number) { Array($0) } }
}
