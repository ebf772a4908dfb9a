// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Foundation
import Manifest
import Model
import TestSupport
import Testing

@testable import HostTarget

/// File systems that are full or read-only: small ones in memory, which only root can make.
@Suite(.enabled(if: geteuid() == 0, "only root can mount"), .serialized)
struct FaultTests {
    private func withFileSystem(_ body: (Host, URL) async throws -> Void) async throws {
        try await withScratchFolder { folder in
            let mounted = try TestProcess.run(
                "/usr/bin/env", ["mount", "-t", "tmpfs", "-o", "size=256k,nr_inodes=200", "tmpfs", folder.path])
            try #require(mounted.status == 0, "\(mounted.text)")
            let result: Result<Void, any Error>
            do { result = .success(try await body(try Host(folder), folder)) } catch { result = .failure(error) }
            _ = try TestProcess.run("/usr/bin/env", ["umount", "--lazy", folder.path])
            try result.get()
        }
    }

    @Test func `on a full disk a file fails by name, and what stood there still stands`() async throws {
        try await withFileSystem { host, _ in
            func files(_ content: Text, _ big: Text) -> [DesiredObject] {
                [
                    host.file("small", path: "/srv/small", [("content", .string(content))]),
                    host.file("big", path: "/srv/big", [("content", .string(big))]),
                ]
            }
            try await host.apply(files("1", "1"))
            let outcomes = try await host.apply(files("2", Text(String(repeating: "x", count: 1 << 20))))
            #expect(outcomes[0].result == .done)
            guard case .failed(let reason) = outcomes[1].result else {
                Issue.record("\(outcomes)")
                return
            }
            #expect(reason.string.contains("/srv/big") && reason.string.contains("ENOSPC"))
            #expect(host.read("srv/small") == "2" && host.read("srv/big") == "1")
            #expect(host.names() == ["srv", "srv/big", "srv/small"])
        }
    }

    @Test func `on a read-only file system nothing is done, and the reason is said`() async throws {
        try await withFileSystem { host, folder in
            try await host.apply(host.file("a", path: "/srv/a", [("content", "1")]))
            let remounted = try TestProcess.run("/usr/bin/env", ["mount", "-o", "remount,ro", folder.path])
            try #require(remounted.status == 0, "\(remounted.text)")
            #expect(try await host.compare(host.file("a", path: "/srv/a", [("content", "1")])).values.first == .same)
            do {
                let outcomes = try await host.apply(host.file("a", path: "/srv/a", [("content", "2")]))
                guard case .failed(let reason) = outcomes.first?.result else {
                    Issue.record("\(outcomes)")
                    return
                }
                #expect(reason.string.contains("read-only"))
            } catch let error as TargetError {
                #expect(error.reason.string.contains("read-only") && error.isTransient)
            }
            #expect(host.read("srv/a") == "1")
        }
    }
}
