// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Commands
import Engine
import KubernetesClient
import Manifest
import TestSupport
import Testing

/// Two managers that want different values of one field.
@Suite(.enabled(if: TestCluster.isThere, Comment(rawValue: TestCluster.hint)), .timeLimit(.minutes(5)))
struct FightClusterTests {
    @Test func `a controller that keeps changing a field back is named and not fought for ever`() async throws {
        try await ClusterFleet.with { fleet in
            try await fleet.makeForeign()
            for name in ["a", "b"] { try fleet.configMap(name, "one") }
            try await fleet.deploy()
            try await fleet.site.withDaemon {
                // The other side answers each time, until nobody answers it any more.
                for round in 1...FightLedger.rounds {
                    try await fleet.edit("a", "theirs \(round)", by: "other-controller")
                    try await fleet.converges(["a"], to: "one")
                }
                try await fleet.edit("a", "theirs at last", by: "other-controller")
                var status = try #require(try await fleet.site.unit("web"))
                while status["sync"] != "Blocked" {
                    try await Task.sleep(for: .milliseconds(50))
                    status = try #require(try await fleet.site.unit("web"))
                }
                let words = status["block"]?["reason"]?.stringValue?.string ?? ""
                #expect(words.contains("other-controller") && words.contains("healing stopped"), "\(status)")
                #expect(try await fleet.content("a") == "theirs at last", "it is left to them")
                // The rest of the unit is looked after as before.
                try await fleet.edit("b", "edited", by: "kubectl-edit")
                try await fleet.converges(["b"], to: "one")
            }
            let log = await fleet.site.trimtab("log", "--kind", "fightDetected")
            #expect(log.output.contains("other-controller"), "\(log.output)\(log.errors)")
        }
    }
}
