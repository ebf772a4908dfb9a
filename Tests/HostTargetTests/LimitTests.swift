// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Foundation
import HostTarget
import Manifest
import Model
import TestSupport
import Testing

@Suite struct LimitTests {
    private func refusals(_ host: Host, _ path: Text) async throws -> [String] {
        let file = host.file("a", path: path, [("content", "x")])
        return try await host.target.admit([file], of: host.unit).map(\.reason.string)
    }

    @Test(arguments: ["/etc/sudoers.d/web", "/etc/passwd", "/etc/nginx/x", "/var/lib/trimtab/inventory/x"])
    func `a path outside the project is refused by name`(path: String) async throws {
        try await withHost { host in
            let reasons = try await refusals(host, Text(path))
            #expect(reasons.count == 1 && reasons[0].contains(path))
        }
    }

    @Test(arguments: ["relative", "/srv/../etc/x", "/", "", "/srv/a\u{0}b", "/srv/a\nb"])
    func `what is no path is refused`(path: String) async throws {
        try await withHost { host in
            let reasons = try await refusals(host, Text(path))
            #expect(reasons.count == 1)
        }
    }

    @Test func `a link in a parent folder does not lead out of the project`() async throws {
        try await withHost { host in
            try host.write("", to: "etc/sudoers.d/README")
            try host.write("", to: "srv/README")
            try FileManager.default.createSymbolicLink(
                atPath: host.folder.appendingPathComponent("srv/shop").path, withDestinationPath: "/etc/sudoers.d")
            let reasons = try await refusals(host, "/srv/shop/web")
            #expect(reasons.first?.contains("/etc/sudoers.d/web") == true)
            let file = host.file("a", path: "/srv/shop/web", [("content", "x")])
            guard case .failed = try await host.apply(file).first?.result else {
                Issue.record("was applied")
                return
            }
            #expect(host.read("etc/sudoers.d/web") == nil)
        }
    }

    @Test func `a link out of the sandbox stays inside it`() async throws {
        try await withScratchFolder { outside in
            try await withHost { host in
                try host.write("", to: "srv/README")
                try FileManager.default.createSymbolicLink(
                    atPath: host.folder.appendingPathComponent("srv/out").path, withDestinationPath: outside.path)
                _ = try? await host.apply(host.file("a", path: "/srv/out/x", [("content", "x")]))
                #expect(!FileManager.default.fileExists(atPath: outside.appendingPathComponent("x").path))
            }
        }
    }

    @Test func `a link in the file's own place is replaced, not followed`() async throws {
        try await withHost { host in
            try host.write("safe", to: "etc/target")
            try host.write("", to: "srv/README")
            try FileManager.default.createSymbolicLink(
                atPath: host.folder.appendingPathComponent("srv/a").path, withDestinationPath: "/etc/target")
            try await host.apply(host.file("a", path: "/srv/a", [("content", "ours")]))
            #expect(host.read("etc/target") == "safe")
            #expect(host.read("srv/a") == "ours")
        }
    }

    @Test func `another unit's file is claimed`() async throws {
        try await withScratchFolder { folder in
            let first = try Host(folder, unit: unit("one"))
            let second = try Host(folder, unit: unit("two"))
            let file = first.file("a", path: "/srv/a", [("content", "x")])
            try await first.apply(file)
            #expect(try await second.compare(file) == [file.id: .claimed(by: unit("one"))])
        }
    }

    @Test func `other kinds are refused by name`() async throws {
        try await withHost { host in
            var file = host.file("a", path: "/srv/a", [("content", "x")])
            file.id.kind = "Frobnicator"
            let refusals = try await host.target.admit([file], of: host.unit)
            #expect(refusals.first?.reason.string.contains("Frobnicator") == true)
        }
    }
}
