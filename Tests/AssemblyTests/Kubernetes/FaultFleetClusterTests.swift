// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Commands
import Foundation
import KubernetesClient
import Manifest
import Synchronization
import TestSupport
import Testing

/// The whole loop while something breaks on the way to the cluster. Afterwards everything is as Git says, what was not
/// Trimtab's is there, and what leaves Git goes.
@Suite(.enabled(if: TestCluster.isThere, Comment(rawValue: TestCluster.hint)), .timeLimit(.minutes(10)), .serialized)
struct FaultFleetClusterTests {
    private static let names = (0..<40).map { "m\($0)" }

    @Test(.enabled(if: ControlPlane.isPossible, Comment(rawValue: ControlPlane.hint)))
    func `an API server that is killed in mid-sync and comes back`() async throws {
        let many = (0..<300).map { "m\($0)" }
        try await ControlPlane.with { plane in
            try await ClusterFleet.with(on: plane) { fleet in
                try await fleet.makeForeign()
                try fleet.configMap("first", "one")
                try await fleet.deploy()
                try await fleet.site.withDaemon {
                    for name in many { try fleet.configMap(name, "one") }
                    try fleet.site.commit("Change")
                    async let sync = fleet.site.trimtab("sync")
                    while try await fleet.content("m0") == nil { try await Task.sleep(for: .milliseconds(1)) }
                    try await plane.kill(.server)
                    try await plane.start()
                    _ = await sync
                    try await fleet.converges(many, to: "one")
                    // The watch is there again, too.
                    try await fleet.edit("m1", "edited")
                    try await fleet.converges(["m1"], to: "one")
                    try await fleet.loses("m2")
                }
                try await fleet.isInSync()
            }
        }
    }

    @Test func `watches that are cut again and again`() async throws {
        try await FaultyFront.with({ _ in .none }) { front in
            try await ClusterFleet.with { fleet in
                try fleet.connect(FaultyFront.kubeconfig(front.address))
                try await fleet.makeForeign()
                for name in ["a", "b"] { try fleet.configMap(name, "one") }
                try await fleet.deploy()
                try await fleet.site.withDaemon {
                    for round in 1...5 {
                        await front.cut()
                        try await fleet.edit("a", "edited \(round)")
                        try await fleet.converges(["a", "b"], to: "one")
                    }
                    try await fleet.loses("b")
                }
                try await fleet.isInSync()
            }
        }
    }

    @Test func `a storm of refusals, faults and lost answers`() async throws {
        let count = Mutex(0)
        let judge: FaultyFront.Judge = { request in
            // A watch that is refused is a matter of the client's tests.
            if request.uri.contains("watch=") { return .none }
            let number = count.withLock { count in
                count += 1
                return count
            }
            switch number % 12 {
            case 1: return .answer(429)
            case 4: return .answer(500)
            case 7: return .answer(503)
            case 10: return request.method == "GET" ? .answer(500) : .loseAnswer
            default: return .none
            }
        }
        try await FaultyFront.with(judge) { front in
            try await ClusterFleet.with { fleet in
                try fleet.connect(FaultyFront.kubeconfig(front.address))
                try await fleet.makeForeign()
                try await fleet.site.withDaemon {
                    for content in ["one", "two"] {
                        for name in Self.names { try fleet.configMap(name, content) }
                        try fleet.site.commit("Change")
                        await fleet.site.trimtab("sync")
                        try await fleet.converges(Self.names, to: content)
                    }
                    try await fleet.edit("m3", "edited")
                    try await fleet.converges(["m3"], to: "two")
                    for name in ["m4", "m5", "m6"] { try await fleet.loses(name) }
                }
                try await fleet.isInSync()
            }
        }
        #expect(count.withLock { $0 } > 100)
    }

    @Test func `a right that is withdrawn in mid-sync and given back`() async throws {
        let administrator = Mutex<ClusterFleet?>(nil)
        let judge: FaultyFront.Judge = { request in
            let isFatal = request.method == "PATCH" && request.path.hasSuffix("/configmaps/m20")
            let fleet = administrator.withLock { fleet in
                defer { if isFatal { fleet = nil } }
                return isFatal ? fleet : nil
            }
            if let fleet { try? await fleet.withdrawRights() }
            return .none
        }
        try await FaultyFront.with(judge) { front in
            try await ClusterFleet.with { fleet in
                try fleet.connect(FaultyFront.kubeconfig(front.address))
                try await fleet.makeForeign()
                for name in Self.names.prefix(10) { try fleet.configMap(name, "one") }
                try await fleet.deploy()
                administrator.withLock { $0 = fleet }
                for name in Self.names { try fleet.configMap(name, "two") }
                try fleet.withdraw("m9")
                let run = try await fleet.deploy()
                #expect(run.status != .success, "\(run.output)")
                #expect((run.output + run.errors).contains("cannot"), "\(run.output)\(run.errors)")
                #expect(try await fleet.content("m9") == "one", "nothing is deleted by a sync that failed")
                try await fleet.grantRights()
                let again = await fleet.site.trimtab("sync", "--once")
                #expect(again.status == .success, "\(again.output)\(again.errors)")
                try await fleet.converges(Self.names.filter { $0 != "m9" }, to: "two")
                #expect(try await fleet.content("m9") == nil)
                try await fleet.isInSync()
            }
        }
    }

    @Test func `a token that rotates under a daemon`() async throws {
        try await ClusterFleet.with { fleet in
            let file = fleet.site.state + "/connections/token"
            @Sendable func rotate(_ name: Text) async throws {
                let token = try await fleet.agentToken(boundTo: name)
                try token.write(toFile: file, atomically: true, encoding: .utf8)
                try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
            }
            try await fleet.makeAgent()
            try await rotate("one")
            try fleet.connect(try fleet.kubeconfig(user: "{tokenFile: token}"))
            try await fleet.makeForeign()
            try fleet.configMap("a", "one")
            let first = try await fleet.deploy()
            #expect(first.status == .success, "\(first.errors)\(first.output)")
            try await fleet.site.withDaemon {
                try await fleet.edit("a", "edited")
                try await fleet.converges(["a"], to: "one")
                try await rotate("two")
                try await fleet.revokeToken(boundTo: "one")
                // The server believes what it has seen for some seconds yet; nothing of it is felt.
                let end = ContinuousClock.now + .seconds(25)
                var round = 0
                while ContinuousClock.now < end {
                    round += 1
                    try fleet.configMap("a", "round \(round)")
                    try fleet.site.commit("Round")
                    let run = await fleet.site.trimtab("sync")
                    #expect(run.status == .success, "\(run.errors)\(run.output)")
                    #expect(try await fleet.content("a") == Text("round \(round)"))
                    try await Task.sleep(for: .seconds(1))
                }
            }
            try await fleet.isInSync()
        }
    }
}
