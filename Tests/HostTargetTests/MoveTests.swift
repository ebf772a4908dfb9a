// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Manifest
import Model
import TestSupport
import Testing

@testable import HostTarget

/// Objects whose path changes: the old place is emptied after the new one is taken, and never when it is wanted again.
@Suite struct MoveTests {
    private func conf(_ host: Host, at path: Text, _ content: Text = "ours") -> DesiredObject {
        host.file("conf", path: path, [("content", .string(content))])
    }

    private func other(_ host: Host, _ content: Text) -> DesiredObject {
        host.file("other", path: "/srv/other", [("content", .string(content))])
    }

    @Test func `an earlier wave does not empty the old place`() async throws {
        try await withHost { host in
            try host.write("the distribution's", to: "srv/a")
            try await host.apply(conf(host, at: "/srv/a"))
            let objects = [other(host, "1"), conf(host, at: "/srv/b")]
            try await host.claim(objects)
            try await host.carryOut([objects[0]], within: objects)
            #expect(host.read("srv/a") == "ours" && host.read("srv/b") == nil)
            try await host.carryOut([objects[1]], within: objects)
            #expect(host.read("srv/a") == "the distribution's" && host.read("srv/b") == "ours")
        }
    }

    @Test(arguments: [false, true])
    func `a move that Git took back before it was carried out moves nothing`(claimsAgain: Bool) async throws {
        try await withHost { host in
            try host.write("the distribution's", to: "srv/a")
            let stays = conf(host, at: "/srv/a")
            try await host.apply(stays)
            try await host.claim([conf(host, at: "/srv/b")])
            let objects = [other(host, "1"), stays]
            if claimsAgain { try await host.claim(objects) }
            #expect(try await host.compare(all: objects)[stays.id] == .same)
            try await host.carryOut([objects[0]], within: objects)
            #expect(host.read("srv/a") == "ours")
            // It is still known what was there before.
            try await host.remove(stays, leaving: [objects[0]])
            #expect(host.read("srv/a") == "the distribution's")
        }
    }

    @Test func `what is left of a move after a kill is done by the next wave of anything`() async throws {
        try await withHost { host in
            try await host.apply(conf(host, at: "/srv/a"))
            let moved = conf(host, at: "/srv/b")
            // The record comes first; then the kill, before the write or after it.
            try host.write("the distribution's", to: "srv/b")
            try await host.claim([moved])
            let unit = host.unit.unit
            var ledger = try #require(try host.target.book.ledger(of: unit))
            ledger.claim(moved.id, uid: "/srv/b", wave: 0, real: nil)
            try host.target.book.store(ledger, of: unit)
            let srv = try #require(HostPath("/srv"))
            let folder = try #require(try host.target.root.folder(at: srv))
            let name = Array("b".utf8)
            let live = try #require(try folder.metadata(of: name))
            try Originals(own: OwnFolder(root: host.target.root), unit: unit).keep(name, live, in: folder)
            try await host.apply(other(host, "1"))
            #expect(host.read("srv/a") == "ours" && host.read("srv/b") == "the distribution's")
            try host.shell("echo ours >srv/new && mv srv/new srv/b")
            try await host.apply(other(host, "2"))
            #expect(host.read("srv/a") == nil && host.read("srv/b") == "ours\n")
        }
    }

    @Test func `an object that stands at its new place already leaves its old one`() async throws {
        try await withHost { host in
            let old = conf(host, at: "/srv/a")
            try await host.apply(old)
            try host.write("ours", to: "srv/b")
            try host.shell("chmod 0644 srv/b")
            let moved = conf(host, at: "/srv/b")
            let live = try await host.compare(moved)
            #expect(live == [moved.id: .same])
            let inventory = Inventory(entries: [
                old.id: Inventory.Entry(uid: host.target.uid(of: old), applied: old.digest, wave: 0)
            ])
            let plan = try Planner.plan(
                unit: host.unit.unit, render: Digest(of: []), desired: [moved], live: live, inventory: inventory,
                uid: host.target.uid)
            #expect(plan.changes.map(\.action) == [.update] && plan.changes.map(\.fields) == [[]])
            try await host.apply(moved)
            #expect(host.read("srv/a") == nil && host.read("srv/b") == "ours")
            // What was there before us stays when we go.
            try await host.remove(moved)
            #expect(host.read("srv/b") == "ours")
        }
    }

    @Test func `a place that was left twice gets back once what was there`() async throws {
        try await withHost { host in
            func pair(_ a: Text, _ b: Text) -> [DesiredObject] {
                [host.file("a", path: a, [("content", "a")]), host.file("b", path: b, [("content", "b")])]
            }
            try host.write("the distribution's", to: "srv/1")
            try await host.apply(pair("/srv/1", "/srv/2"))
            try await host.apply(pair("/srv/2", "/srv/1"))
            try await host.apply(pair("/srv/2", "/srv/3"))
            #expect(host.read("srv/1") == "the distribution's")
        }
    }

    @Test func `a place that another object takes in a later wave keeps what was there before both`() async throws {
        try await withHost { host in
            try host.write("the distribution's", to: "srv/a")
            try await host.apply(conf(host, at: "/srv/a"))
            let heir = host.file("heir", path: "/srv/a", [("content", "new")])
            let objects = [conf(host, at: "/srv/b"), heir]
            try await host.claim(objects)
            try await host.carryOut([objects[0], other(host, "1")], within: objects)
            #expect(host.read("srv/a") == "ours" && host.read("srv/b") == "ours")
            try await host.carryOut([heir], within: objects)
            #expect(host.read("srv/a") == "new")
            try await host.remove(heir, leaving: [objects[0]])
            #expect(host.read("srv/a") == "the distribution's")
        }
    }
}
