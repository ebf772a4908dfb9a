// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import Manifest
import SystemPackage
import TestSupport
import Testing

@testable import Helm

/// Frozen values on disk: encrypted, for good, and never made anew in silence.
@Suite struct FrozenStoreTests {
    private static let canary = "canary-6f1d"

    private func fields(_ value: String) -> FrozenFields {
        var fields = FrozenFields()
        let object = ObjectID(group: "", kind: "Secret", name: "web")
        let path = FrozenPath(steps: [.key("stringData"), .key("p")])
        fields.values[.init(object: object, path: path)] = .lines([[Text(value)]])
        return fields
    }

    private func read(_ store: FrozenStore, _ scope: Text) async throws -> FrozenFields {
        try await store.fields(of: scope)
    }

    private func keep(_ store: FrozenStore, _ value: String) async throws -> FrozenFields {
        try await store.keep(fields(value), of: "unit")
    }

    private func with(_ body: (FrozenStore, URL) async throws -> Void) async throws {
        try await withScratchFolder { folder in
            let place = folder.appendingPathComponent("frozen")
            try await body(FrozenStore(folder: FilePath(place.path)), place)
        }
    }

    @Test func `the first value stays, whoever comes later`() async throws {
        try await with { store, folder in
            let nothing = try await store.fields(of: "unit")
            #expect(nothing == FrozenFields())
            #expect(try await keep(store, "one") == fields("one"))
            #expect(try await keep(store, "two") == fields("one"))
            #expect(try await read(FrozenStore(folder: FilePath(folder.path)), "unit") == fields("one"))
            #expect(try await read(store, "other") == FrozenFields())
        }
    }

    @Test func `nothing of a value lies readable on the disk, and the key is the user's alone`() async throws {
        try await with { store, folder in
            _ = try await store.keep(fields(Self.canary), of: "unit")
            for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
                let file = folder.appendingPathComponent(name)
                #expect(!String(decoding: try Data(contentsOf: file), as: UTF8.self).contains(Self.canary))
                let mode = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int
                #expect(mode == 0o600)
            }
        }
    }

    @Test func `a file that was changed, moved or lost its key is an error`() async throws {
        try await with { store, folder in
            _ = try await store.keep(fields("one"), of: "unit")
            let file = folder.appendingPathComponent(Digest(of: "unit".utf8).hex)
            let whole = try Data(contentsOf: file)
            var bad = whole
            bad[20] ^= 1
            try bad.write(to: file)
            await #expect(throws: HelmError.self) { try await store.fields(of: "unit") }
            await #expect(throws: HelmError.self) { try await store.keep(fields("two"), of: "unit") }
            try whole.write(to: folder.appendingPathComponent(Digest(of: "other".utf8).hex))
            await #expect(throws: HelmError.self) { try await store.fields(of: "other") }
            try whole.write(to: file)
            #expect(try await read(store, "unit") == fields("one"))
            try FileManager.default.removeItem(at: folder.appendingPathComponent("key"))
            await #expect(throws: HelmError.self) { try await store.fields(of: "unit") }
            await #expect(throws: HelmError.self) { try await store.keep(fields("two"), of: "third") }
        }
    }

    @Test func `a key that others can read is refused`() async throws {
        try await with { store, folder in
            _ = try await store.keep(fields("one"), of: "unit")
            let key = folder.appendingPathComponent("key").path
            try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: key)
            await #expect(throws: HelmError.self) { try await store.fields(of: "unit") }
        }
    }
}
