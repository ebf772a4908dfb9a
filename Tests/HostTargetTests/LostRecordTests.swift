// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Manifest
import Model
import TestSupport
import Testing

@testable import HostTarget

/// The record on the host is gone, the journal still knows what was applied: nothing is deleted that may not be ours, and
/// nothing is called gone that stays.
@Suite struct LostRecordTests {
    /// Removes the unit's record; with `isAudited`, the engine has stored again what it knows.
    private func loseRecord(_ host: Host, of objects: [DesiredObject], isAudited: Bool = true) async throws {
        try host.shell("rm var/lib/trimtab/inventory/*")
        guard isAudited else { return }
        var inventory = Inventory()
        for object in objects {
            inventory.entries[object.id] = Inventory.Entry(
                uid: host.target.uid(of: object), applied: object.digest, wave: 0)
        }
        try await host.target.store(inventory, of: host.unit)
    }

    private func expectFailure(_ outcome: Outcome?, naming what: String) {
        guard case .failed(let reason)? = outcome?.result else {
            Issue.record("did not fail: \(String(describing: outcome))")
            return
        }
        #expect(reason.string.contains("record on this host was lost") && reason.string.contains(what), "\(reason)")
    }

    @Test(arguments: [true, false])
    func `what a file took the place of comes back, also when the file changed since`(changes: Bool) async throws {
        try await withHost { host in
            try host.write("the distribution's", to: "srv/a")
            var file = host.file("a", path: "/srv/a", [("content", "ours")])
            try await host.apply(file)
            try await loseRecord(host, of: [file])
            if changes {
                file = host.file("a", path: "/srv/a", [("content", "ours, changed")])
                try await host.carryOut([file], within: [file])
            }
            #expect(try await host.remove(file)?.result == .done)
            #expect(host.read("srv/a") == "the distribution's")
        }
    }

    @Test(arguments: [true, false])
    func `a file that nobody knows the maker of stays, and its removal fails aloud`(isAudited: Bool) async throws {
        try await withHost { host in
            let file = host.file("a", path: "/srv/a", [("content", "ours")])
            try await host.apply(file)
            try await loseRecord(host, of: [file], isAudited: isAudited)
            expectFailure(try await host.remove(file), naming: "/srv/a")
            #expect(host.read("srv/a") == "ours")
            try host.shell("rm srv/a")
            #expect(try await host.remove(file)?.result == .unchanged)
        }
    }

    /// A commit came before the audit that would have stored again what the engine knows.
    @Test func `what a file took the place of is kept through a commit that comes first`() async throws {
        try await withHost { host in
            try host.write("the distribution's", to: "srv/a")
            let file = host.file("a", path: "/srv/a", [("content", "1")])
            try await host.apply(file)
            try await loseRecord(host, of: [file], isAudited: false)
            let changed = host.file("a", path: "/srv/a", [("content", "2")])
            try await host.carryOut([changed], within: [changed])
            #expect(host.read("srv/a") == "2")
            #expect(try await host.remove(changed)?.result == .done)
            #expect(host.read("srv/a") == "the distribution's")
        }
    }

    @Test func `a package that a commit updates first is not taken to be there before us`() async throws {
        try await withMachine { host, _, packages in
            packages.withState { $0.archive = ["curl": ["2", "1"]] }
            let package = host.declare("Package", "curl", [("version", "1")])
            try await host.apply(package)
            try await loseRecord(host, of: [package], isAudited: false)
            let changed = host.declare("Package", "curl", [("version", "2")])
            #expect(try await host.carryOut([changed], within: [changed]).allSatisfy { !$0.result.isFailure })
            expectFailure(try await host.remove(changed), naming: "curl")
        }
    }

    @Test func `a place that a file has left and nobody knows the maker of is told until it is empty`() async throws {
        try await withHost { host in
            let file = host.file("a", path: "/srv/a", [("content", "ours")])
            try await host.apply(file)
            try await loseRecord(host, of: [file])
            #expect(!host.target.hasRemarks)
            let moved = host.file("a", path: "/srv/b", [("content", "ours")])
            try await host.apply(moved)
            #expect(host.read("srv/a") == "ours" && host.read("srv/b") == "ours")
            let remark: Text = """
                /srv/a, which File/a has left, stays: Trimtab's record on this host was lost, so it is not known whether \
                Trimtab made it; remove it by hand or move it away
                """
            for _ in 0..<2 {
                #expect(host.target.hasRemarks && host.target.remarks(on: host.unit.unit) == [remark])
                #expect(host.target.remarks(on: unit("other")) == [])
                // Neither an audit nor another wave says it again, or in another way.
                try await host.claim([moved])
                try await host.apply(host.file("other", path: "/srv/other", [("content", "x")]))
            }
            try host.shell("rm srv/a")
            try await host.claim([moved])
            #expect(!host.target.hasRemarks && host.target.remarks(on: host.unit.unit) == [])
        }
    }

    @Test func `an old content of ours does not come back as what was there before`() async throws {
        try await withHost { host in
            try await host.apply(host.file("a", path: "/srv/a", [("content", "1")]))
            let file = host.file("a", path: "/srv/a", [("content", "2")])
            try await loseRecord(host, of: [file])
            #expect(try await host.carryOut([file], within: [file]).map(\.result) == [.done])
            expectFailure(try await host.remove(file), naming: "/srv/a")
            #expect(host.read("srv/a") == "2")
            // What is made anew is known to be ours again.
            try host.shell("rm srv/a")
            try await host.carryOut([file], within: [file])
            #expect(try await host.remove(file)?.result == .done)
            #expect(host.names() == ["srv"])
        }
    }

    @Test func `what others have put there since is kept, and comes back`() async throws {
        try await withHost { host in
            let file = host.file("a", path: "/srv/a", [("content", "ours")])
            try await host.apply(file)
            try await loseRecord(host, of: [file])
            try host.shell("printf theirs >srv/new && mv srv/new srv/a")
            try await host.carryOut([file], within: [file])
            #expect(host.read("srv/a") == "ours")
            #expect(try await host.remove(file)?.result == .done)
            #expect(host.read("srv/a") == "theirs")
        }
    }

    @Test func `what a first sync finds as desired is no loss`() async throws {
        try await withHost { host in
            try host.write("x", to: "srv/a")
            let file = host.file("a", path: "/srv/a", [("content", "x")])
            try await host.apply(file)
            #expect(try await host.remove(file)?.result == .unchanged)
            #expect(host.read("srv/a") == "x")
        }
    }

    @Test func `packages and files of services stay too, until a person has removed them`() async throws {
        try await withMachine { host, services, packages in
            services.set("nginx")
            packages.withState { $0.archive = ["curl": ["2", "1"]] }
            let unit: [(Text, Value)] = [("unit", "[Service]\nExecStart=/bin/x\n"), ("running", true)]
            let objects = [
                host.declare("Package", "curl", [("version", "1")]), host.declare("Service", "nginx", unit),
            ]
            try await host.apply(objects)
            try await loseRecord(host, of: objects)
            expectFailure(try await host.remove(objects[0]), naming: "curl")
            expectFailure(try await host.remove(objects[1]), naming: "/etc/systemd/system/nginx.service")
            // An update does not make them ours either.
            let changed = [
                host.declare("Package", "curl", [("version", "2")]),
                host.declare("Service", "nginx", unit + [("reloadOn", ["Package/curl"])]),
            ]
            #expect(try await host.carryOut(changed, within: changed).allSatisfy { !$0.result.isFailure })
            expectFailure(try await host.remove(changed[0]), naming: "curl")
            expectFailure(try await host.remove(changed[1]), naming: "/etc/systemd/system/nginx.service")
            #expect(host.read("etc/systemd/system/nginx.service") != nil)
            #expect(packages.withState { $0.installed["curl"]?.version } == "2")
            try host.shell("rm etc/systemd/system/nginx.service")
            packages.withState { $0.installed = [:] }
            for object in changed { #expect(try await host.remove(object).map { !$0.result.isFailure } == true) }
        }
    }
}
