// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Foundation
import Manifest
import Model
import TestSupport
import Testing

@testable import HostTarget

#if DEBUG
    /// SIGKILL at each named step of the driver, once; the next start finishes the work.
    @Suite(.timeLimit(.minutes(2))) struct CrashTests {
        /// Takes over a file, makes others, and lets go again of some.
        static func work(in folder: URL) async throws {
            let host = try Host(folder)
            try await host.target.recover()
            let objects = objects(host)
            let outcomes = try await host.apply(objects.kept + [objects.passing, objects.taking])
            #expect(outcomes.allSatisfy { $0.result == .done || $0.result == .unchanged }, "\(outcomes)")
            try await host.remove(objects.passing, leaving: objects.kept)
            try await host.remove(objects.taking, leaving: objects.kept)
        }

        static func objects(
            _ host: Host
        ) -> (kept: [DesiredObject], passing: DesiredObject, taking: DesiredObject) {
            let kept = [
                host.declare("Directory", "folder", [("path", "/srv/folder"), ("exclusive", true)]),
                host.file("inside", path: "/srv/folder/a/b/inside", [("content", "new")]),
                host.file("changed", path: "/etc/web/changed", [("content", "new"), ("mode", "0600")]),
                host.file("adjusted", path: "/etc/web/adjusted", [("content", "same"), ("mode", "0600")]),
                host.declare("Link", "link", [("path", "/srv/link"), ("target", "folder")]),
            ]
            return (
                kept, host.file("passing", path: "/srv/passing", [("content", "x")]),
                host.file("taking", path: "/srv/taken", [("content", "ours")])
            )
        }

        static func prepare(_ folder: URL) throws {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let host = try Host(folder)
            try host.write("old", to: "etc/web/changed")
            try host.write("same", to: "etc/web/adjusted")
            try host.write("foreign", to: "srv/folder/foreign")
            try host.write("the distribution's", to: "srv/taken")
        }

        @Test func `killed at any step, the next start converges`() async throws {
            let steps = try await withScratchFolder { folder in
                let root = folder.appendingPathComponent("root")
                try Self.prepare(root)
                await #expect(processExitsWith: .success) { [folder = folder.path as String] in
                    setenv("TRIMTAB_CRASH_TRACE", folder + "/trace", 1)
                    try await CrashTests.work(in: URL(fileURLWithPath: folder + "/root"))
                }
                let trace = folder.appendingPathComponent("trace")
                let lines = try String(contentsOf: trace, encoding: .utf8).split(separator: "\n")
                return Set(lines.map(String.init)).sorted()
            }
            #expect(steps.count >= 14)
            for step in steps {
                try await withScratchFolder { root in
                    try Self.prepare(root)
                    let (path, name) = (root.path, step)
                    await #expect(processExitsWith: .signal(SIGKILL)) {
                        [folder = path as String, step = name as String] in
                        setenv("TRIMTAB_CRASH_AT", step, 1)
                        try await CrashTests.work(in: URL(fileURLWithPath: folder))
                    }
                    try await check(root, after: step)
                }
            }
        }

        private func check(_ root: URL, after step: String) async throws {
            let host = try Host(root)
            try await host.target.recover()
            #expect(host.names().filter { $0.contains(".trimtab-") } == [], "\(step)")
            let inventory = try await host.target.storedInventory(of: host.unit) ?? Inventory()
            let known = Set(inventory.entries.values.map(\.uid))
            let before: Set = ["/etc/web/changed", "/etc/web/adjusted", "/srv/folder/foreign", "/srv/taken"]
            for name in host.names() {
                var isFolder: ObjCBool = false
                let path = root.appendingPathComponent(name).path
                if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue { continue }
                #expect(before.contains("/" + name) || known.contains(Text("/" + name)), "\(step): \(name)")
            }
            try await Self.work(in: root)
            let kept = Self.objects(host).kept
            let comparisons = try await host.target.compare(
                kept, within: kept, of: host.unit, depth: .content, contents: MemoryTree())
            #expect(comparisons.values.allSatisfy { $0 == .same }, "\(step): \(comparisons)")
            #expect(host.read("srv/taken") == "the distribution's", "\(step)")
            #expect(host.read("srv/passing") == nil, "\(step)")
        }
    }
#endif
