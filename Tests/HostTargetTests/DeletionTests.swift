// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Fleet
import Foundation
import HostTarget
import Manifest
import Model
import TestSupport
import Testing

/// Only what is ours may go, and only while the project may touch it.
@Suite struct DeletionTests {
    @Test func `what the project may not touch any more is not deleted`() async throws {
        try await withScratchFolder { folder in
            let host = try Host(folder)
            let file = host.file("a", path: "/srv/a", [("content", "x")])
            try await host.apply(file)
            for narrowed in [try Host(folder, paths: ["/etc/web/**"]), try Host(folder, kinds: ["Link"])] {
                guard case .failed(let reason) = try await narrowed.remove(file)?.result else {
                    Issue.record("was deleted")
                    return
                }
                #expect(reason.string.contains("the project does not allow"))
            }
            #expect(host.read("srv/a") == "x")
        }
    }

    @Test func `another unit's file is not deleted`() async throws {
        try await withScratchFolder { folder in
            let (first, second) = (try Host(folder, unit: unit("one")), try Host(folder, unit: unit("two")))
            let file = first.file("a", path: "/srv/a", [("content", "x")])
            try await first.apply(file)
            guard case .failed(let reason) = try await second.remove(file)?.result else {
                Issue.record("was deleted")
                return
            }
            #expect(reason.string.contains("acme/one"))
            #expect(first.read("srv/a") == "x")
        }
    }

    @Test func `a file that stood as desired before we came stays`() async throws {
        try await withHost { host in
            try host.write("x", to: "srv/a")
            let file = host.file("a", path: "/srv/a", [("content", "x")])
            #expect(try await host.apply(file).map(\.result) == [.unchanged])
            #expect(try await host.remove(file)?.result == .unchanged)
            #expect(host.read("srv/a") == "x")
        }
    }

    @Test func `an object that moves leaves its old place, as it was before`() async throws {
        try await withHost { host in
            try host.write("the distribution's", to: "srv/a")
            try await host.apply(host.file("f", path: "/srv/a", [("content", "ours")]))
            try await host.apply(host.file("f", path: "/srv/b", [("content", "ours")]))
            #expect(host.read("srv/a") == "the distribution's" && host.read("srv/b") == "ours")
        }
    }

    @Test func `two objects that change places both stay`() async throws {
        try await withHost { host in
            func pair(_ a: Text, _ b: Text) -> [DesiredObject] {
                [host.file("a", path: a, [("content", "a")]), host.file("b", path: b, [("content", "b")])]
            }
            try host.write("first", to: "srv/1")
            try await host.apply(pair("/srv/1", "/srv/2"))
            try await host.apply(pair("/srv/2", "/srv/1"))
            #expect(host.read("srv/1") == "b" && host.read("srv/2") == "a")
            for object in pair("/srv/2", "/srv/1") { try await host.remove(object) }
            #expect(host.names() == ["srv", "srv/1"])
            #expect(host.read("srv/1") == "first")
        }
    }

    @Test func `a renamed object keeps its file and its original`() async throws {
        try await withHost { host in
            try host.write("the distribution's", to: "srv/a")
            let old = host.file("old", path: "/srv/a", [("content", "ours")])
            let new = host.file("new", path: "/srv/a", [("content", "ours")])
            try await host.apply(old)
            try await host.apply(new)
            try await host.remove(old, .orphan, leaving: [new])
            #expect(host.read("srv/a") == "ours")
            try await host.remove(new)
            #expect(host.read("srv/a") == "the distribution's")
        }
    }

    @Test func `two objects at one place are refused, the second by the name of the first`() async throws {
        try await withHost { host in
            let objects = [
                host.file("a", path: "/srv/x", [("content", "a")]), host.file("b", path: "/srv/x", [("content", "b")]),
            ]
            let refusals = try await host.target.admit(objects, of: host.unit)
            #expect(refusals.map(\.object) == [objects[1].id])
            #expect(refusals.first?.reason.string.contains("File/a") == true)
        }
    }
}
