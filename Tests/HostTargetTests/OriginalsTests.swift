// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Foundation
import Manifest
import Model
import TestSupport
import Testing

@testable import HostTarget

/// Originals of files that lie on another file system than the folder where they are kept.
@Suite struct OriginalsTests {
    private static let elsewhere = "/dev/shm"

    private static func device(_ path: String) -> Int? {
        (try? FileManager.default.attributesOfFileSystem(forPath: path)[.systemNumber] as? NSNumber)?.intValue
    }

    static var hasTwo: Bool {
        FileManager.default.isWritableFile(atPath: elsewhere)
            && device(elsewhere) != device(FileManager.default.temporaryDirectory.path)
    }

    @Test(.enabled(if: OriginalsTests.hasTwo), arguments: ["file", "link"])
    func `a copy is taken for what it is a copy of, until something else stands there`(kind: String) async throws {
        try await withHost { host in
            let kept = URL(fileURLWithPath: Self.elsewhere).appendingPathComponent("trimtab-\(UUID())")
            try FileManager.default.createDirectory(at: kept, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: kept) }
            try host.shell(kind == "file" ? "mkdir srv; echo theirs >srv/a" : "mkdir srv; ln -s theirs srv/a")
            let place = try #require(HostPath(Text(kept.path)))
            let own = OwnFolder(root: try Root(at: place))
            let originals = Originals(own: own, unit: host.unit.unit)
            let srv = try #require(HostPath("/srv"))
            let folder = try #require(try host.target.root.folder(at: srv))
            let name = Array("a".utf8)
            func holds() throws -> Bool {
                guard let live = try folder.metadata(of: name) else { return false }
                return try originals.holds(live, name, in: folder)
            }
            let live = try #require(try folder.metadata(of: name))
            try originals.keep(name, live, in: folder)
            #expect(try own.existing(.originals)?.names().count == 1)
            // The record comes before the write: nothing has moved there yet.
            #expect(try holds())
            let copy = try own.existing(.originals)?.metadata(of: own.existing(.originals)?.names().first ?? [])
            try originals.keep(name, live, in: folder)
            let again = try own.existing(.originals)?.metadata(of: own.existing(.originals)?.names().first ?? [])
            #expect(copy != nil && copy?.inode == again?.inode, "it is not copied again")
            try host.shell(kind == "file" ? "echo other! >srv/b; mv srv/b srv/a" : "ln -sfn ours srv/a")
            #expect(try !holds())
            #expect(try originals.restore(name, in: folder))
            #expect(kind == "file" ? host.read("srv/a") == "theirs\n" : host.target(of: "srv/a") == "theirs")
        }
    }
}
