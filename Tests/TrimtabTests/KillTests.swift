// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import Manifest
import TestSupport
import Testing

/// SIGKILL at every named step of a sync and at any other moment, to the real program: each time the next start
/// converges, the inventory knows every applied object, and the chain verifies.
@Suite struct KillTests {
    @Test func `a sync survives a kill at each of its steps`() async throws {
        let points = try CrashPoints.all().filter {
            CrashPoints.elsewhere[$0] == nil && !CrashPoints.ofDaemon.contains($0) && !CrashPoints.isOfClusters($0)
                && !CrashPoints.ofFirstSync.contains($0) && !CrashPoints.ofRestart.contains($0)
        }
        #expect(points.count >= 25)
        // Lanes side by side, each with a world of its own.
        try await withThrowingTaskGroup(of: [String].self) { group in
            for lane in 0..<Self.lanes {
                let own = points.enumerated().filter { $0.offset % Self.lanes == lane }.map(\.element)
                group.addTask { try await Self.kill(at: own, seed: UInt64(lane)) }
            }
            for try await unreached in group { #expect(unreached == []) }
        }
    }

    @Test(arguments: CrashPoints.ofFirstSync) func `a first sync survives a kill`(point: String) async throws {
        #expect(try await Self.kill(at: [point], seed: 11) == [])
    }

    @Test func `a sync survives two hundred kills at any moment`() async throws {
        try await withThrowingTaskGroup(of: Int.self) { group in
            for lane in 0..<Self.lanes {
                group.addTask { try await Self.killAtRandom(times: 200 / Self.lanes, seed: UInt64(100 + lane)) }
            }
            var killed = 0
            for try await count in group { killed += count }
            // Some come too late; were it all of them, nothing would have been tried.
            #expect(killed > 50)
        }
    }

    @Test(arguments: CrashPoints.ofDaemon) func `a daemon survives a kill while it heals`(point: String) async throws {
        try await withScratchFolder { folder in
            let sandbox = try await Sandbox(in: folder)
            var world = World(seed: 7)
            try world.step(in: sandbox.root)
            try await sandbox.commit(world.documents)
            let (endings, end) = AsyncStream.makeStream(of: Program.Ending.self)
            let doomed = Program(variables: ["TRIMTAB_CRASH_AT": point])
            async let ending: Void = {
                end.yield(
                    try await doomed.run(
                        ["run", "--fleet", sandbox.fleet, "--state", sandbox.state], lifetime: .seconds(60)))
                end.finish()
            }()
            let hand = Task { [world] in
                var world = world
                while !Task.isCancelled {
                    try world.meddle(in: sandbox.root)
                    try await Task.sleep(for: .milliseconds(50))
                }
            }
            for await ending in endings { #expect(ending.status == 128 + SIGKILL, "\(ending.errors)") }
            hand.cancel()
            _ = await hand.result
            try await ending
            try await Self.expectConvergence(of: sandbox, to: world, after: point)
        }
    }

    @Test(arguments: CrashPoints.ofRestart) func `a daemon that starts survives a kill`(point: String) async throws {
        try await withScratchFolder { folder in
            let sandbox = try await Sandbox(in: folder)
            var world = World(seed: 7)
            try world.step(in: sandbox.root)
            try await sandbox.commit(world.documents)
            try await Self.expectConvergence(of: sandbox, to: world, after: "nothing")
            let ending = try await Program(variables: ["TRIMTAB_CRASH_AT": point])
                .run(["run", "--fleet", sandbox.fleet, "--state", sandbox.state], lifetime: .seconds(60))
            #expect(ending.status == 128 + SIGKILL, "\(ending.errors)")
            try await Self.expectConvergence(of: sandbox, to: world, after: point)
        }
    }

    private static let lanes = 4

    /// The points that no sync came to.
    private static func kill(at points: [String], seed: UInt64) async throws -> [String] {
        try await withScratchFolder { folder in
            let sandbox = try await Sandbox(in: folder)
            var world = World(seed: seed)
            var unreached: [String] = []
            for point in points {
                var wasKilled = false
                for _ in 0..<5 where !wasKilled {
                    try world.step(in: sandbox.root)
                    try await sandbox.commit(world.documents)
                    wasKilled = try await sync(sandbox, killedAt: point)
                    try await expectConvergence(of: sandbox, to: world, after: point)
                    // Drift, too, is put right in steps.
                    try world.meddle(in: sandbox.root)
                    if !wasKilled { wasKilled = try await sync(sandbox, killedAt: point) }
                    try await expectConvergence(of: sandbox, to: world, after: point)
                }
                if !wasKilled { unreached.append(point) }
            }
            return unreached
        }
    }

    private static func sync(_ sandbox: Sandbox, killedAt point: String) async throws -> Bool {
        try await sandbox.sync(Program(variables: ["TRIMTAB_CRASH_AT": point])).status == 128 + SIGKILL
    }

    /// How many kills came in time.
    private static func killAtRandom(times: Int, seed: UInt64) async throws -> Int {
        try await withScratchFolder { folder in
            let sandbox = try await Sandbox(in: folder)
            var world = World(seed: seed)
            var random = SplitMix(seed: seed)
            var killed = 0
            for round in 0..<times {
                try world.meddle(in: sandbox.root)
                try world.step(in: sandbox.root)
                try await sandbox.commit(world.documents)
                let lifetime = Duration.milliseconds(Int.random(in: 1...150, using: &random))
                if try await sandbox.sync(lifetime: lifetime).status == 128 + SIGKILL { killed += 1 }
                try await expectConvergence(of: sandbox, to: world, after: "round \(round), \(lifetime)")
            }
            return killed
        }
    }

    private static func expectConvergence(of sandbox: Sandbox, to world: World, after what: String) async throws {
        let ending = try await sandbox.sync()
        #expect(ending.status == 0, "\(what): \(ending.output)\(ending.errors)")
        #expect(difference(try RootContents.read(sandbox.root), world.expected) == "", "\(what)")
        let status = try await sandbox.status()
        #expect(status["sync"] == "InSync", "\(what)")
        #expect(status["objects"]?.intValue == Int64(world.objects.count), "\(what)")
        let audit = try await sandbox.verify()
        #expect(audit.status == 0, "\(what): \(audit.output)\(audit.errors)")
    }

    private static func difference(_ found: [String: String], _ expected: [String: String]) -> String {
        Set(found.keys).union(expected.keys).sorted().filter { found[$0] != expected[$0] }
            .map { "\($0): \(found[$0] ?? "nothing") instead of \(expected[$0] ?? "nothing")" }.joined(separator: "; ")
    }
}
