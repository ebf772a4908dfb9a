// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import Manifest
import Model
import Synchronization
import SystemPackage
import TestSupport
import Testing

@testable import Helm

/// Repositories in memory: what is at an address.
final class MemoryTransport: ChartTransport {
    private let state: Mutex<(files: [String: [UInt8]], asked: [String])>

    init(_ files: [String: [UInt8]]) { state = Mutex((files, [])) }

    var asked: [String] { state.withLock { $0.asked } }
    func put(_ address: String, _ content: [UInt8]) { state.withLock { $0.files[address] = content } }

    func get(_ address: String, by credentials: Text?, limit: Int) async throws(HelmError) -> [UInt8] {
        let content = state.withLock { state in
            state.asked.append(address)
            return state.files[address]
        }
        guard let content, content.count <= limit else {
            throw .repository(Text(address), reason: "answers with status 404", isTransient: false)
        }
        return content
    }
}

/// Answers nobody until it is told to.
private final class HeldTransport: ChartTransport {
    private let transport: MemoryTransport
    private let gate = AsyncStream.makeStream(of: Void.self)

    init(_ transport: MemoryTransport) { self.transport = transport }

    func open() { gate.continuation.finish() }

    func get(_ address: String, by credentials: Text?, limit: Int) async throws(HelmError) -> [UInt8] {
        for await _ in gate.stream {}
        return try await transport.get(address, by: credentials, limit: limit)
    }
}

/// Charts are fetched once, and stay what they were.
@Suite struct ChartStoreTests {
    private static let base = "https://charts.example.org/stable"
    private let archive = TarFile.gzipped([("a/Chart.yaml", "apiVersion: v2\nname: a\nversion: 1.0.0\n")])

    private func index(_ digest: Digest?, url: String = "a-1.0.0.tgz") -> [UInt8] {
        let line = digest.map { "      digest: \($0.hex)\n" } ?? ""
        return Array("entries:\n  a:\n    - version: 1.0.0\n      urls: [\"\(url)\"]\n\(line)".utf8)
    }

    private func reference(_ digest: Digest? = nil) -> ChartReference {
        ChartReference(repository: Text(Self.base), name: "a", version: "1.0.0", digest: digest)
    }

    private func with(
        _ files: [String: [UInt8]], _ body: (ChartStore, MemoryTransport, URL) async throws -> Void
    ) async throws {
        try await withScratchFolder { folder in
            let transport = MemoryTransport(
                Dictionary(uniqueKeysWithValues: files.map { (Self.base + "/" + $0.key, $0.value) }))
            try await body(ChartStore(folder: FilePath(folder.path), transport: transport), transport, folder)
        }
    }

    private func fetch(_ store: ChartStore, _ reference: ChartReference) async throws -> [UInt8] {
        try await store.archive(of: reference, by: nil)
    }

    private func refusal(_ store: ChartStore, _ reference: ChartReference) async -> String {
        let error = await #expect(throws: HelmError.self) { try await store.archive(of: reference, by: nil) }
        return error.map(String.init(describing:)) ?? ""
    }

    @Test func `a chart is fetched once`() async throws {
        let files = ["index.yaml": index(Digest(of: archive)), "a-1.0.0.tgz": archive]
        try await with(files) { store, transport, folder in
            let first = try await store.archive(of: reference(), by: nil)
            #expect(first == archive)
            #expect(transport.asked == ["\(Self.base)/index.yaml", "\(Self.base)/a-1.0.0.tgz"])
            #expect(try await fetch(store, reference()) == archive)
            let again = ChartStore(folder: FilePath(folder.path), transport: MemoryTransport([:]))
            #expect(try await fetch(again, reference()) == archive)
            #expect(transport.asked.count == 2)
        }
    }

    @Test func `what several want at the same time is fetched once, the index of a repository for all its charts`()
        async throws
    {
        let other = TarFile.gzipped([("b/Chart.yaml", "apiVersion: v2\nname: b\nversion: 1.0.0\n")])
        let index = index(nil) + Array("  b:\n    - version: 1.0.0\n      urls: [b.tgz]\n".utf8)
        let (a, archive) = (reference(), archive)
        let b = ChartReference(repository: a.repository, name: "b", version: "1.0.0")
        try await with(["index.yaml": index, "a-1.0.0.tgz": archive, "b.tgz": other]) { _, transport, folder in
            let held = HeldTransport(transport)
            let store = ChartStore(folder: FilePath(folder.path), transport: held)
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<4 { group.addTask { try await store.archive(of: a, by: nil) == archive } }
                group.addTask { try await store.archive(of: b, by: nil) == other }
                let address = ChartStore.IndexOrder(address: Self.base + "/index.yaml")
                while await store.archives.waiters(for: ChartStore.Order(reference: a)) < 3 { await Task.yield() }
                while await store.indexes.waiters(for: address) < 1 { await Task.yield() }
                held.open()
                for try await isRight in group { #expect(isRight) }
            }
            #expect(transport.asked.sorted() == ["a-1.0.0.tgz", "b.tgz", "index.yaml"].map { "\(Self.base)/\($0)" })
        }
    }

    @Test func `what was fetched with credentials is there for those alone who have them`() async throws {
        let files = ["index.yaml": index(nil), "a-1.0.0.tgz": archive]
        try await with(files) { store, transport, folder in
            let fetched = try await store.archive(of: reference(), by: "shop")
            #expect(fetched == archive)
            // Another repository, a mistake, or somebody who is not let in: nothing that the first one has.
            transport.put(Self.base + "/index.yaml", [])
            for known in [reference(), reference(Digest(of: archive))] {
                for credentials in [nil, "ledger", "shop "] as [Text?] {
                    await #expect(throws: HelmError.self) { try await store.archive(of: known, by: credentials) }
                }
                let own = try await store.archive(of: known, by: "shop")
                #expect(own == archive)
            }
        }
    }

    @Test func `nobody pins a version for those who fetch it otherwise`() async throws {
        try await with(["index.yaml": index(nil), "a-1.0.0.tgz": archive]) { store, transport, _ in
            _ = try await store.archive(of: reference(), by: nil)
            let other = TarFile.gzipped([("a/Chart.yaml", "apiVersion: v2\nname: a\nversion: 1.0.0\n# theirs\n")])
            transport.put(Self.base + "/a-1.0.0.tgz", other)
            let theirs = try await store.archive(of: reference(), by: "shop")
            #expect(theirs == other)
            let own = try await store.archive(of: reference(), by: nil)
            #expect(own == archive)
        }
    }

    @Test func `another archive under the same version is refused`() async throws {
        let files = ["index.yaml": index(nil), "a-1.0.0.tgz": archive]
        try await with(files) { store, transport, folder in
            _ = try await store.archive(of: reference(), by: nil)
            let other = TarFile.gzipped([("a/Chart.yaml", "apiVersion: v2\nname: a\nversion: 1.0.0\n# new\n")])
            transport.put(Self.base + "/a-1.0.0.tgz", other)
            try FileManager.default.removeItem(at: folder.appendingPathComponent("archives"))
            #expect(await refusal(store, reference()).contains("serves another archive as a 1.0.0 than before"))
            // Until a person says so.
            #expect(try await fetch(store, reference(Digest(of: other))) == other)
        }
    }

    @Test func `an archive that is not what the index or the reference says is refused`() async throws {
        let wrong = Digest(of: [1])
        try await with(["index.yaml": index(wrong), "a-1.0.0.tgz": archive]) { store, _, _ in
            #expect(await refusal(store, reference()).contains("not the one in its index"))
        }
        try await with(["index.yaml": index(nil), "a-1.0.0.tgz": archive]) { store, _, _ in
            #expect(await refusal(store, reference(wrong)).contains("serves another archive"))
        }
    }

    @Test func `an archive that was changed on disk is fetched again`() async throws {
        try await with(["index.yaml": index(nil), "a-1.0.0.tgz": archive]) { store, transport, folder in
            _ = try await store.archive(of: reference(), by: nil)
            let file = folder.appendingPathComponent("archives/\(Digest(of: archive).hex).tgz")
            try Data([1, 2, 3]).write(to: file)
            #expect(try await fetch(store, reference()) == archive)
            #expect(transport.asked.count == 4)
        }
    }

    @Test func `addresses that give up encryption or are none are refused`() async throws {
        for url in ["http://charts.example.org/a.tgz", "file:///etc/passwd", "oci://x/y", "https://user:word@x/y"] {
            try await with(["index.yaml": index(nil, url: url)]) { store, transport, _ in
                #expect(await refusal(store, reference()).contains("the archive lies at"), "\(url)")
                #expect(transport.asked.count == 1)
            }
        }
        try await with([:]) { store, transport, _ in
            for repository in ["file:///x", "oci://x", "ftp://x", "x", "https://", "https://u:p@x"] as [Text] {
                let reference = ChartReference(repository: repository, name: "a", version: "1.0.0")
                #expect(await refusal(store, reference).contains("is no address"), "\(repository)")
            }
            #expect(transport.asked.isEmpty)
        }
    }

    @Test func `an index without the chart, the version or an address says so`() throws {
        func reason(_ text: String) -> String {
            do throws(HelmError) {
                return "\(try ChartIndex.find("a", "1.0.0", in: Array(text.utf8), file: "index.yaml"))"
            } catch {
                return error.description
            }
        }
        #expect(reason("entries: {b: []}") == "index.yaml: has no chart a")
        #expect(reason("entries: {a: [{version: 2.0.0}]}") == "index.yaml: has no version 1.0.0 of a")
        #expect(reason("entries: {a: [{version: 1.0.0}]}") == "index.yaml: does not say where a 1.0.0 lies")
        #expect(reason("<html>") == "index.yaml: is no index of charts")
        #expect(reason("entries: {a: [{version: 1.0.0, urls: [x], digest: md5}]}").contains("no SHA-256"))
    }
}
