// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Fleet
import Foundation
import Manifest
import Model
import TestSupport
import Testing

@testable import HostTarget

/// Whether content stands is told from a checklist, without its manifests. Counted, not timed.
@Suite struct StandingTests {
    private let render = Digest(of: [1])

    /// A file, a folder, a link and a file of the source, applied and remembered.
    private func withSettled(
        _ name: String = #function, _ body: (Host, [DesiredObject]) async throws -> Void
    ) async throws {
        try await withHost(name) { host in
            let tree = MemoryTree(files: ["app.conf": "from the source\n"])
            var blob = host.file("blob", path: "/srv/app/blob", [("source", "app.conf")])
            blob.blobs = [try await tree.blob(at: try #require(TreePath("app.conf")))]
            let objects = [
                host.declare("Directory", "app", [("path", "/srv/app"), ("mode", "0750")]),
                host.file("text", path: "/srv/app/text", [("content", "as Git says\n"), ("mode", "0640")]), blob,
                host.declare("Link", "link", [("path", "/srv/app/link"), ("target", "text")]),
            ]
            #expect(try await host.apply(objects, contents: tree).map(\.result) == objects.map { _ in .done })
            let compared = try await host.compare(all: objects)
            #expect(compared.count == objects.count && compared.values.allSatisfy { $0 == .same })
            try await host.target.remember(objects, as: render, of: host.unit)
            // Files that were just written may change once more within a tick of the clock.
            _ = try await standing(host)
            try await Task.sleep(for: .milliseconds(50))
            #expect(try await doubts(host, .content) == [])
            try await body(host, objects)
        }
    }

    private func standing(_ host: Host, _ depth: ComparisonDepth = .metadata) async throws -> Standing {
        try await host.target.standing(of: render, in: host.unit, depth: depth)
    }

    private func doubts(_ host: Host, _ depth: ComparisonDepth) async throws -> [String] {
        guard case .known(let roll) = try await standing(host, depth) else { return ["all of it"] }
        #expect(roll.objects.count == 4)
        return roll.doubtful.map(\.name.string).sorted()
    }

    @Test func `what stands needs no manifest, and no content where metadata is trusted`() async throws {
        try await withSettled { host, _ in
            let store = try #require(host.target.observations as? MemoryObservations)
            let (before, kept) = (host.target.counters.values, store.memoriesKept)
            let trusting = try await doubts(host, .metadata)
            #expect(trusting == [])
            #expect(host.target.counters.values == before)
            let reading = try await doubts(host, .content)
            #expect(reading == [])
            let after = host.target.counters.values
            #expect(after.contentsRead == before.contentsRead + 2)
            #expect(after.manifestsRead == before.manifestsRead)
            #expect(after.writes == before.writes && store.memoriesKept == kept)
        }
    }

    @Test(arguments: [
        ("text", "printf 'as Git Says\\n' > srv/app/text"), ("text", "chmod 0644 srv/app/text"),
        ("text", "rm srv/app/text"), ("text", "rm srv/app/text; ln -s blob srv/app/text"),
        ("text", "rm srv/app/text; mkdir srv/app/text"), ("blob", "printf more >> srv/app/blob"),
        ("blob", "printf 'from the Source\\n' > copy; touch -r srv/app/blob copy; mv copy srv/app/blob"),
        ("link", "ln -sfn blob srv/app/link"), ("link", "rm srv/app/link; cp srv/app/text srv/app/link"),
        ("app", "chmod 0755 srv/app"), ("app,blob,link,text", "mv srv/app srv/gone"),
    ])
    func `what a hand changed is in doubt, and nothing else is`(names: String, command: String) async throws {
        try await withSettled { host, objects in
            try host.shell(command)
            for depth in [ComparisonDepth.metadata, .content] {
                #expect(try await doubts(host, depth) == names.split(separator: ",").map(String.init))
                for (id, comparison) in try await host.compare(all: objects) where comparison != .same {
                    #expect(names.contains(id.name.string), "a comparison finds \(id) changed")
                }
            }
        }
    }

    @Test func `other times are a reason to read a file, once`() async throws {
        try await withSettled { host, _ in
            let before = host.target.counters.values.contentsRead
            try host.shell("touch -d '2020-01-01' srv/app/text")
            // What was seen within a tick of the change would be read once more.
            try await Task.sleep(for: .milliseconds(50))
            #expect(try await doubts(host, .metadata) == [])
            #expect(host.target.counters.values.contentsRead == before + 1, "other times are no other content")
            #expect(try await doubts(host, .metadata) == [])
            #expect(host.target.counters.values.contentsRead == before + 1, "what was read is remembered")
        }
    }

    @Test func `other content, other limits and another target are unknown`() async throws {
        try await withSettled { host, _ in
            let target = host.target
            #expect(try await target.standing(of: Digest(of: [2]), in: host.unit, depth: .metadata) == .unknown)
            var unit = host.unit
            unit.limits = .host(HostLimits(paths: ["/srv/**"], kinds: ["File"]))
            #expect(try await target.standing(of: render, in: unit, depth: .metadata) == .unknown)
            unit = host.unit
            unit.unit = TestSupport.unit("other")
            #expect(try await target.standing(of: render, in: unit, depth: .metadata) == .unknown)
            let elsewhere = host.folder.appendingPathComponent("elsewhere")
            try FileManager.default.createDirectory(at: elsewhere, withIntermediateDirectories: true)
            let moved = try HostTarget(root: elsewhere.path, observations: target.observations)
            #expect(try await moved.standing(of: render, in: host.unit, depth: .metadata) == .unknown)
        }
    }

    @Test func `a path that leads elsewhere now makes all of it unknown`() async throws {
        try await withSettled { host, _ in
            try host.shell("mv srv/app srv/real; ln -s real srv/app")
            for depth in [ComparisonDepth.metadata, .content] {
                #expect(try await standing(host, depth) == .unknown)
            }
        }
    }

    @Test func `what another unit claims, and what the limits of the kernel's path forbid, is in doubt`() async throws {
        try await withSettled { host, objects in
            let other = try Host(host.folder, unit: unit("other"))
            let text = try #require(objects.first { $0.id.name == "text" })
            try await other.target.store(
                Inventory(entries: [text.id: .init(uid: other.target.uid(of: text), applied: nil, wave: 0)]),
                of: other.unit)
            #expect(try await doubts(host, .content) == ["text"])
        }
    }

    @Test func `what only a manifest can tell about is always in doubt`() async throws {
        try await withMachine { host, _, _ in
            var secret = host.file("secret", path: "/srv/secret", [("content", "x")])
            secret.opened = Secret(Array("hush".utf8))
            let objects = [
                host.declare("Service", "nginx", [("running", true)]), host.declare("Package", "curl", []),
                host.declare("Directory", "all", [("path", "/srv/all"), ("exclusive", true)]), secret,
                host.file("plain", path: "/srv/plain", [("content", "x")]),
            ]
            try await host.apply(objects.filter { $0.id.kind == "File" })
            try await host.target.remember(objects, as: render, of: host.unit)
            for depth in [ComparisonDepth.metadata, .content] {
                guard case .known(let roll) = try await standing(host, depth) else {
                    Issue.record("is unknown")
                    continue
                }
                #expect(Set(roll.objects) == Set(objects.map(\.id)))
                #expect(roll.doubtful == Set(objects.dropLast().map(\.id)))
            }
            let kept = try #require(try await host.target.observations.memory(of: host.unit.unit, part: 0))
            let hash = Digest(of: "hush".utf8).bytes
            #expect(!kept.indices.contains { kept[$0...].starts(with: hash) }, "a secret can be guessed from its hash")
        }
    }

    @Test func `a long list is looked at in parts, which have to belong together`() async throws {
        try await withHost { host in
            let store = try #require(host.target.observations as? MemoryObservations)
            let unit = host.unit.unit
            func objects(_ prefix: Text) -> [DesiredObject] {
                (0...Checklist.rowsInPart).map { number in
                    host.file("\(prefix)\(number)", path: "/srv/\(prefix)\(number)", [("content", "x")])
                }
            }
            try await host.target.remember(objects("old"), as: render, of: host.unit)
            let foreign = try #require(try await store.memory(of: unit, part: 1))
            let long = objects("new")
            try await host.target.remember(long, as: render, of: host.unit)
            guard case .known(let roll) = try await standing(host) else {
                Issue.record("is unknown")
                return
            }
            #expect(roll.objects == long.map(\.id) && roll.doubtful == Set(roll.objects))
            try await store.keep(foreign, asPart: 1, of: unit)
            #expect(try await standing(host) == .unknown)
            let first = try #require(try await store.memory(of: unit, part: 0))
            try await store.keep([first], of: unit)
            #expect(try await standing(host) == .unknown)
        }
    }

    @Test func `every cut of a checklist, and every changed byte of its frame, is refused or tells no other story`()
        async throws
    {
        try await withSettled { host, _ in
            let (observations, unit) = (host.target.observations, host.unit.unit)
            let kept = try #require(try await observations.memory(of: unit, part: 0))
            for length in 0..<kept.count {
                #expect(Checklist(bytes: Array(kept.prefix(length))) == nil)
            }
            #expect(Checklist(bytes: kept + [0]) == nil)
            let list = try #require(Checklist(bytes: kept))
            #expect(list.bytes == kept)
            for bytes in list.rows {
                let row = try #require(ChecklistRow(bytes: bytes))
                #expect(row.bytes == Array(bytes) && row.object() != nil)
                for length in 0..<bytes.count {
                    let cut = ChecklistRow(bytes: bytes.prefix(length))
                    #expect(cut == nil || cut?.object() == nil)
                }
            }
        }
    }
}
