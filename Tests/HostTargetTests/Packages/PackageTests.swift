// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Foundation
import Manifest
import Model
import TestSupport
import Testing

@testable import HostTarget

@Suite struct PackageTests {
    private func declared(_ host: Host, _ name: Text, _ fields: [(Text, Value)] = []) -> DesiredObject {
        host.declare("Package", name, fields)
    }

    @Test func `packages of a wave are installed in one run, and left alone after that`() async throws {
        try await withMachine { host, _, packages in
            packages.withState { $0.archive = ["nginx": ["2", "1"], "curl": ["1"]] }
            let objects = [declared(host, "nginx", [("version", "1")]), declared(host, "curl")]
            #expect(try await host.compare(all: objects).values.allSatisfy { $0 == .absent })
            let outcomes = try await host.apply(objects)
            #expect(outcomes.allSatisfy { $0.result == .done })
            #expect(
                packages.withState { $0.runs } == [[.install("nginx", version: "1"), .install("curl", version: nil)]])
            #expect(try await host.compare(all: objects).values.allSatisfy { $0 == .same })
            let writes = host.target.counters.values.writes
            #expect(try await host.apply(objects).allSatisfy { $0.result == .unchanged })
            #expect(packages.withState { $0.runs.count } == 1 && host.target.counters.values.writes == writes)
        }
    }

    @Test func `another version is a difference, and is installed`() async throws {
        try await withMachine { host, _, packages in
            packages.withState { state in
                state.archive = ["nginx": ["2", "1"]]
                state.installed = ["nginx": PackageState(version: "2", isComplete: true)]
            }
            let object = declared(host, "nginx", [("version", "1")])
            guard case .differs(let fields, _) = try await host.compare(object).values.first else {
                Issue.record("no difference")
                return
            }
            #expect(fields.map { "\($0.path)" } == ["spec.version"])
            #expect(try await host.apply(object).map(\.result) == [.done])
            #expect(packages.withState { $0.installed["nginx"]?.version } == "1")
        }
    }

    @Test func `what we installed goes with its object, what was there stays`() async throws {
        try await withMachine { host, _, packages in
            packages.withState { state in
                state.archive = ["nginx": ["1"], "curl": ["2", "1"]]
                state.installed = ["curl": PackageState(version: "1", isComplete: true)]
            }
            try await host.apply(declared(host, "nginx"), declared(host, "curl", [("version", "2")]))
            #expect(try await host.remove(declared(host, "nginx"))?.result == .done)
            #expect(try await host.remove(declared(host, "curl"))?.result == .unchanged)
            #expect(packages.withState { Set($0.installed.keys) } == ["curl"])
        }
    }

    @Test func `an absent package is removed`() async throws {
        try await withMachine { host, _, packages in
            packages.withState { $0.installed = ["nginx": PackageState(version: "1", isComplete: true)] }
            let object = declared(host, "nginx", [("state", "absent")])
            let outcomes = try await host.apply(object)
            #expect(outcomes.map(\.result) == [.done])
            #expect(try await host.compare(object).values.first == .same)
            #expect(packages.withState { $0.installed.isEmpty })
        }
    }

    @Test func `one that cannot be had fails, and names why`() async throws {
        try await withMachine { host, _, _ in
            guard case .failed(let reason) = try await host.apply(declared(host, "nginx")).first?.result else {
                Issue.record("not failed")
                return
            }
            #expect(reason.string.contains("Unable to locate"))
        }
    }

    @Test func `another package is refused by name`() async throws {
        try await withMachine { host, _, packages in
            packages.withState { $0.archive = ["telnetd": ["1"]] }
            let refusals = try await host.target.admit([declared(host, "telnetd")], of: host.unit)
            #expect(refusals.first?.reason.string.contains("telnetd") == true)
            try await host.apply(declared(host, "telnetd"))
            #expect(packages.withState { $0.runs.isEmpty })
        }
    }

    @Test func `an object does not become another package while the first is there`() async throws {
        try await withMachine { host, _, packages in
            packages.withState { $0.archive = ["nginx": ["1"], "curl": ["1"]] }
            try await host.apply(declared(host, "server", [("package", "nginx")]))
            let other = declared(host, "server", [("package", "curl")])
            guard case .refused(let reason) = try await host.compare(other).values.first else {
                Issue.record("was not refused")
                return
            }
            #expect(reason.string.contains("was nginx") && reason.string.contains("is curl now"))
            #expect(reason.string.contains("another name than server"))
            // Once the first is gone, nothing would be left behind.
            try await host.apply(declared(host, "server", [("package", "nginx"), ("state", "absent")]))
            #expect(try await host.compare(other).values.first == .absent)
        }
    }

    @Test func `recovery finishes an interrupted run first`() async throws {
        try await withMachine { host, _, packages in
            try await host.target.recover()
            #expect(packages.withState { $0.finished } == 1)
        }
    }

    @Test func `dpkg's record is read`() {
        let record = """
            Package: nginx
            Status: install ok installed
            Architecture: amd64
            Version: 1.22.1-9+deb12u1
            Description: small, powerful
             Version: of a line that goes on

            Package: half
            Status: install ok half-configured
            Version: 2

            Package: gone
            Status: deinstall ok config-files
            Version: 3

            Package: held
            Status: hold ok triggers-pending
            Version: 4
            """
        let packages = PackageStatus.parse(Array(record.utf8))
        #expect(
            packages == [
                "nginx": PackageState(version: "1.22.1-9+deb12u1", isComplete: true),
                "half": PackageState(version: "2", isComplete: false),
                "held": PackageState(version: "4", isComplete: true),
            ])
    }

    @Test func `what apt would remove unasked is refused by name`() throws {
        let simulation: Text = "NOTE: This is only a simulation!\nRemv web [1]\nRemv other:amd64 [2]\nInst nginx (1)\n"
        try Apt.check(simulation, [.remove("web"), .remove("other")])
        #expect {
            try Apt.check(simulation, [.remove("web"), .install("nginx", version: nil)])
        } throws: { error in
            "\(error)".contains("also remove other")
        }
    }
}
