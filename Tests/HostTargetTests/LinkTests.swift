// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Foundation
import HostTarget
import Manifest
import Model
import TestSupport
import Testing

@Suite struct LinkTests {
    @Test func `a link is made, changed and put back`() async throws {
        try await withHost { host in
            func link(_ target: Text) -> DesiredObject {
                host.declare("Link", "l", [("path", "/srv/current"), ("target", .string(target))])
            }
            try await host.apply(link("releases/1"))
            #expect(host.target(of: "srv/current") == "releases/1")
            try await host.apply(link("releases/2"))
            #expect(host.target(of: "srv/current") == "releases/2")
            #expect(try await host.compare(link("releases/2"), depth: .metadata).values.first == .same)
            guard case .differs(let fields, _) = try await host.compare(link("/x")).values.first else {
                Issue.record("no difference")
                return
            }
            #expect(fields.first?.old == "releases/2" && fields.first?.new == "/x")
            #expect(try await host.remove(link("releases/2"))?.result == .done)
            #expect(host.names() == [])
        }
    }

    @Test func `a link takes a file's place and the file comes back`() async throws {
        try await withHost { host in
            try host.write("file", to: "srv/x")
            let link = host.declare("Link", "l", [("path", "/srv/x"), ("target", "elsewhere")])
            try await host.apply(link)
            #expect(host.target(of: "srv/x") == "elsewhere")
            try await host.remove(link)
            #expect(host.read("srv/x") == "file")
        }
    }
}
