// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import Glibc
import KubernetesClient
import Manifest
import TestSupport
import Testing

/// The program killed between any two acts on a real cluster: the next start finishes what was begun, forgets nothing
/// and deletes nothing else.
@Suite(.enabled(if: TestCluster.isThere, Comment(rawValue: TestCluster.hint)), .timeLimit(.minutes(5)), .serialized)
struct CrashClusterTests {
    @Test(arguments: [
        "engine-before-store", "engine-after-store", "engine-before-carry-out", "kubernetes-before-apply",
        "kubernetes-before-apply:2", "kubernetes-after-apply", "kubernetes-after-apply:2", "kubernetes-after-step",
        "engine-after-carry-out", "kubernetes-before-delete", "kubernetes-after-delete", "engine-before-health",
    ])
    func `is finished by the next start`(point: String) async throws {
        try await ClusterFleet.with { fleet in
            for name in ["a", "b", "c"] { try fleet.configMap(name, "one") }
            try await fleet.deploy()
            _ = try await fleet.client.create(
                [
                    "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "foreign"],
                    "data": ["content": "theirs"],
                ],
                at: fleet.address("foreign"), WriteOptions(manager: "somebody"))
            try fleet.configMap("a", "two")
            try fleet.configMap("d", "two")
            try fleet.withdraw("b")
            try fleet.site.commit("Change")
            #expect(try run(fleet, crashingAt: point) == SIGKILL, "\(point) was not reached")
            #expect(try run(fleet, crashingAt: nil) == 0)
            #expect(try await fleet.content("a") == "two")
            #expect(try await fleet.content("b") == nil)
            #expect(try await fleet.content("c") == "one")
            #expect(try await fleet.content("d") == "two")
            #expect(try await fleet.content("foreign") == "theirs")
            // What was applied by the run that died is known, and goes when it leaves Git.
            try fleet.withdraw("d")
            try await fleet.deploy()
            #expect(try await fleet.content("d") == nil)
        }
    }

    /// Gives the exit status, or the signal that ended it.
    private func run(_ fleet: ClusterFleet, crashingAt point: String?) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
            .appendingPathComponent("trimtab")
        process.arguments = [
            "sync", "--once", "--fleet", fleet.site.folder.path + "/fleet", "--state", fleet.site.state,
        ]
        process.environment = ["PATH": "/usr/bin:/bin", "HOME": fleet.site.folder.path]
        if let point { process.environment?["TRIMTAB_CRASH_AT"] = point }
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }
}
