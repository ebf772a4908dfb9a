// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import Manifest
import Secrets
import TestSupport
import Testing

/// The stores that need no server, held to what every store is held to.
@Suite struct StoreConformanceTests {
    private let fingerprints = SecretFingerprints(key: [UInt8](repeating: 7, count: 32))

    @Test func `the twin in memory conforms`() async throws {
        let store = MemorySecretStore()
        try await SecretStoreConformance(store) { path, value in store.put(path, ["value": value]) }.run()
    }

    @Test func `a folder of files conforms`() async throws {
        try await withScratchFolder { folder in
            let store = FolderStore(folder: Text(folder.path), fingerprints: fingerprints)
            try await SecretStoreConformance(store) { path, value in try write(value, path, folder) }.run()
        }
    }

    private func write(_ value: String, _ path: Text, _ folder: URL) throws {
        let file = folder.appending(path: path.string)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(value.utf8).write(to: file)
    }

    @Test func `a mounted folder is followed over its links, and no link leads out of it`() async throws {
        try await withScratchFolder { folder in
            try write("one", "store/..2026_1/password", folder)
            try write("two", "store/..2026_2/password", folder)
            try write("canary", "elsewhere", folder)
            let root = folder.path + "/store"
            let manager = FileManager.default
            try manager.createSymbolicLink(atPath: root + "/..data", withDestinationPath: "..2026_1")
            try manager.createSymbolicLink(atPath: root + "/password", withDestinationPath: "..data/password")
            try manager.createSymbolicLink(atPath: root + "/out", withDestinationPath: "../elsewhere")
            let store = FolderStore(folder: Text(root), fingerprints: fingerprints)
            let first = try await store.read("password", version: nil)
            try manager.removeItem(atPath: root + "/..data")
            try manager.createSymbolicLink(atPath: root + "/..data", withDestinationPath: "..2026_2")
            let second = try await store.read("password", version: nil)
            #expect(first.version != second.version)
            let error = await #expect(throws: StoreError.self) { try await store.read("out", version: nil) }
            #expect(error?.state == .denied)
            let none = await #expect(throws: StoreError.self) { try await store.read("..data", version: nil) }
            #expect(none?.state == .malformed, "a folder is no value")
        }
    }

    @Test func `a folder that is gone is out of reach, not empty`() async {
        let store = FolderStore(folder: "/nonexistent/folder", fingerprints: fingerprints)
        let error = await #expect(throws: StoreError.self) { try await store.read("a", version: nil) }
        #expect(error?.state == .unreachable)
    }

    @Test func `variables are read by their names, and only those with the prefix`() async throws {
        let store = EnvironmentStore(
            prefix: "SHOP_", variables: ["SHOP_PASSWORD": "canary", "HOME": "/root"], fingerprints: fingerprints)
        let value = try await store.read("SHOP_PASSWORD", version: nil).values["value"]
        #expect(value == Secret(Array("canary".utf8)))
        for (name, state) in [("HOME", StoreError.State.denied), ("SHOP_OTHER", .missing)] {
            let error = await #expect(throws: StoreError.self) { try await store.read(Text(name), version: nil) }
            #expect(error?.state == state)
        }
    }

    @Test func `a fingerprint differs by value, by place and by key, and says nothing of the value`() {
        let value = Secret(Array("canary".utf8))
        let here = fingerprints.fingerprint(of: value, in: "prod")
        #expect(here == fingerprints.fingerprint(of: Secret(Array("canary".utf8)), in: "prod"))
        #expect(here != fingerprints.fingerprint(of: value, in: "dev"))
        #expect(here != fingerprints.fingerprint(of: Secret(Array("other".utf8)), in: "prod"))
        #expect(here != SecretFingerprints(key: [UInt8](repeating: 8, count: 32)).fingerprint(of: value, in: "prod"))
        #expect(here.utf8.count == 16)
    }
}
