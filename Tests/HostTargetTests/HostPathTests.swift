// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Testing

@testable import HostTarget

@Suite struct HostPathTests {
    @Test(arguments: ["", "etc", "/etc//hosts", "/etc/../hosts", "/./etc", "/..", "/etc/.", "/a\0b"])
    func `a path that names nothing plainly is refused`(_ text: String) {
        #expect(HostPath(Text(text)) == nil)
    }

    @Test(arguments: ["/", "/etc", "/...", "/etc/..hosts", "/a/.b", "/with space\nand newline"])
    func `a plain path keeps its bytes`(_ text: String) {
        #expect(HostPath(Text(text))?.bytes == Array(text.utf8))
    }

    @Test func `a path is within a folder by components, not by letters`() throws {
        let folder = try #require(HostPath("/srv/shop"))
        #expect(HostPath("/srv/shop/x")?.isWithin(folder) == true)
        #expect(HostPath("/srv/shop")?.isWithin(folder) == true)
        #expect(HostPath("/srv/shops")?.isWithin(folder) == false)
        #expect(HostPath("/srv")?.isWithin(folder) == false)
    }

    @Test func `parent and name take a path apart`() throws {
        let path = try #require(HostPath("/etc/hosts/"))
        #expect(path.parent == HostPath("/etc"))
        #expect(path.name == Array("hosts".utf8))
        #expect(HostPath("/etc")?.parent == .root)
        #expect(HostPath.root.parent == nil)
    }
}
