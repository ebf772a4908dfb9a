// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Commands
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
    /// Every point that the sources name, and some a second time.
    static let points: [String] =
        ((try? CrashPoints.onClusters()) ?? []).filter { !CrashPoints.needsDaemon($0) }
        + ["kubernetes-before-apply:2", "kubernetes-after-apply:2", "kubernetes-after-inventory:2"]

    @Test func `every point is among those`() throws {
        let all = try CrashPoints.onClusters()
        #expect(all.count >= 30)
        #expect(
            Set(all) == Set(Self.points.filter { !$0.contains(":") } + CrashPoints.ofDaemon + CrashPoints.ofRestart))
    }

    @Test(arguments: points) func `is finished by the next start`(point: String) async throws {
        try await ClusterFleet.with { fleet in
            try fleet.allowReplacing()
            try await fleet.makeForeign()
            if !CrashPoints.ofFirstSync.contains(point) {
                for name in ["b", "c"] { try fleet.configMap(name, "one") }
                try fleet.immutable("a", "one")
                let first = try await fleet.deploy()
                #expect(first.status == .success, "\(first.output)\(first.errors)")
            }
            if CrashPoints.ofRest.contains(point) { try fleet.crash(at: point) }
            try fleet.configMap("c", "one")
            try fleet.immutable("a", "two")
            try fleet.configMap("d", "two")
            try await fleet.waiting("w")
            try? fleet.withdraw("b")
            try fleet.site.commit("Change")
            if !CrashPoints.ofRest.contains(point) { try fleet.crash(at: point) }
            #expect(try fleet.sync() == 0)
            try await expectConvergence(of: fleet)
        }
    }

    @Test(arguments: CrashPoints.ofDaemon) func `a daemon that is killed while it heals`(point: String) async throws {
        try await ClusterFleet.with { fleet in
            try await prepare(fleet)
            let daemon = try fleet.begin(["run"], crashingAt: point)
            var round = 0
            while daemon.isRunning {
                round += 1
                try await fleet.edit("c", "edited \(round)")
                try await Task.sleep(for: .milliseconds(100))
            }
            daemon.waitUntilExit()
            #expect(daemon.terminationStatus == SIGKILL, "\(point) was not reached")
            #expect(try fleet.sync() == 0)
            try await expectConvergence(of: fleet)
        }
    }

    @Test(arguments: CrashPoints.ofRestart) func `a daemon that is killed when it begins`(point: String) async throws {
        try await ClusterFleet.with { fleet in
            try await prepare(fleet)
            let daemon = try fleet.begin(["run"], crashingAt: point)
            while daemon.isRunning { try await Task.sleep(for: .milliseconds(20)) }
            daemon.waitUntilExit()
            #expect(daemon.terminationStatus == SIGKILL, "\(point) was not reached")
            try await fleet.edit("c", "edited")
            #expect(try fleet.sync() == 0)
            try await expectConvergence(of: fleet)
        }
    }

    /// As it is to end, all applied.
    private func prepare(_ fleet: ClusterFleet) async throws {
        try await fleet.makeForeign()
        try fleet.immutable("a", "two")
        for (name, content) in [("c", "one"), ("d", "two")] { try fleet.configMap(name, content) }
        let first = try await fleet.deploy()
        #expect(first.status == .success, "\(first.output)\(first.errors)")
    }

    private func expectConvergence(of fleet: ClusterFleet) async throws {
        for (name, content) in [("a", "two"), ("b", nil), ("c", "one"), ("d", "two"), ("foreign", "theirs")] {
            #expect(try await fleet.content(Text(name)) == content.map { Text($0) }, "\(name)")
        }
        // What was applied by the run that died is known, and goes when it leaves Git.
        try fleet.withdraw("d")
        try await fleet.deploy()
        #expect(try await fleet.content("d") == nil)
        try await fleet.isInSync()
        await fleet.isVerified()
    }
}

extension CrashPoints {
    fileprivate static func needsDaemon(_ point: String) -> Bool {
        ofDaemon.contains(point) || ofRestart.contains(point)
    }
}

extension ClusterFleet {
    fileprivate func crash(at point: String) throws {
        #expect(try sync(crashingAt: point) == SIGKILL, "\(point) was not reached")
    }

    /// A ConfigMap that cannot be changed, and has to be made anew.
    fileprivate func immutable(_ name: String, _ content: String) throws {
        try declare(
            name,
            """
            {apiVersion: v1, kind: ConfigMap, metadata: {name: \(name)}, immutable: true, data: {content: "\(content)"}}
            """)
    }

    /// What is not well at once, and comes before the rest.
    fileprivate func waiting(_ name: String) async throws {
        let discovery = try await client.discovery(.cached)
        let version = discovery.preferred(group: "batch", kind: "CronJob")?.groupVersion.apiVersion ?? "batch/v1"
        try declare(
            name,
            """
            apiVersion: \(version)
            kind: CronJob
            metadata: {name: \(name), annotations: {trimtab.dev/wave: "-1"}}
            spec:
              schedule: "0 0 1 1 *"
              jobTemplate:
                spec:
                  template:
                    spec: {restartPolicy: Never, containers: [{name: main, image: example.org/none}]}
            """)
    }

    fileprivate func allowReplacing() throws {
        try site.write(
            try site.read("fleet/platform/all.yaml")
                .replacing("identity: {user", with: "replace: [ConfigMap], identity: {user"),
            to: "fleet/platform/all.yaml")
    }
}
