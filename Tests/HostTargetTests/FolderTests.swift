// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Foundation
import HostTarget
import Manifest
import Model
import TestSupport
import Testing

@Suite struct FolderTests {
    @Test func `a folder is made with its mode and set right again`() async throws {
        try await withHost { host in
            let folder = host.declare("Directory", "d", [("path", "/srv/a/b"), ("mode", "0750")])
            #expect(try await host.compare(folder) == [folder.id: .absent])
            #expect(try await host.apply(folder).map(\.result) == [.done])
            #expect(host.mode("srv/a/b") == 0o750)
            #expect(try await host.compare(folder) == [folder.id: .same])
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o777], ofItemAtPath: host.folder.appendingPathComponent("srv/a/b").path)
            guard case .differs(let fields, _) = try await host.compare(folder)[folder.id] else {
                Issue.record("no difference")
                return
            }
            #expect(fields.map { "\($0.path)" } == ["spec.mode"])
            try await host.apply(folder)
            #expect(host.mode("srv/a/b") == 0o750)
        }
    }

    @Test func `a folder goes with those made on the way to it`() async throws {
        try await withHost { host in
            try host.write("", to: "srv/keep")
            let folder = host.declare("Directory", "d", [("path", "/srv/a/b")])
            try await host.apply(folder)
            #expect(try await host.remove(folder)?.result == .done)
            #expect(host.names() == ["srv", "srv/keep"])
        }
    }

    @Test func `what others put into a folder, and a folder that was there before, stays`() async throws {
        try await withHost { host in
            try host.write("", to: "srv/old/x")
            let (made, old) = (
                host.declare("Directory", "made", [("path", "/srv/made")]),
                host.declare("Directory", "old", [("path", "/srv/old")])
            )
            try await host.apply(made, old)
            try host.write("theirs", to: "srv/made/theirs")
            try FileManager.default.removeItem(at: host.folder.appendingPathComponent("srv/old/x"))
            #expect(try await host.remove(made)?.result == .unchanged)
            #expect(try await host.remove(old)?.result == .unchanged)
            #expect(host.read("srv/made/theirs") == "theirs")
            #expect(host.names().contains("srv/old"))
        }
    }

    @Test func `an exclusive folder loses what nobody declares, and nothing else`() async throws {
        try await withHost { host in
            let folder = host.declare("Directory", "d", [("path", "/srv/d"), ("exclusive", true)])
            let file = host.file("f", path: "/srv/d/f", [("content", "ours")])
            try await host.apply(folder, file)
            try host.write("foreign", to: "srv/d/foreign")
            try host.write("foreign", to: "srv/d/sub/inside")
            let comparison = try await host.target.compare(
                [folder, file], within: [folder, file], of: host.unit, depth: .content, contents: MemoryTree())
            #expect(comparison[file.id] == .same)
            guard case .differs(let fields, _) = comparison[folder.id] else {
                Issue.record("not seen: \(comparison)")
                return
            }
            #expect(fields.map { "\($0.path)" } == ["entries.foreign", "entries.sub"])
            // A folder that is not empty holds more than one removal should take.
            guard case .failed(let reason) = try await host.apply(folder, file).first?.result else {
                Issue.record("was removed")
                return
            }
            #expect(reason.string.contains("/srv/d/sub"))
            try FileManager.default.removeItem(at: host.folder.appendingPathComponent("srv/d/sub"))
            try await host.apply(folder, file)
            #expect(host.names() == ["srv", "srv/d", "srv/d/f"])
        }
    }

    @Test func `too many foreign entries are not removed at once`() async throws {
        try await withHost { host in
            let folder = host.declare("Directory", "d", [("path", "/srv/d"), ("exclusive", ["atMost": 2])])
            try await host.apply(folder)
            for name in ["1", "2", "3"] { try host.write("", to: "srv/d/" + name) }
            guard case .failed(let reason) = try await host.apply(folder).first?.result else {
                Issue.record("removed")
                return
            }
            #expect(reason.string.contains("3 entries"))
            #expect(host.names().count == 5)
        }
    }
}
