// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Commands
import Foundation
import KubernetesClient
import Manifest
import Model
import TestSupport
import Testing

/// From `kubectl apply` to Git, with the real kubectl and the commands that people use.
@Suite(
    .enabled(if: TestCluster.isThere, Comment(rawValue: TestCluster.hint)),
    .enabled(if: Kubectl.path != nil, "scripts/lab/kubectl finds none"), .timeLimit(.minutes(5)))
struct AdoptFleetClusterTests {
    private func apply(_ manifest: String, _ fleet: ClusterFleet, _ options: String...) throws {
        let file = fleet.site.folder.appending(path: "applied.yaml").path
        try Data(manifest.utf8).write(to: URL(fileURLWithPath: file))
        let kubeconfig = try #require(ProcessInfo.processInfo.environment["KUBECONFIG"])
        let result = try TestProcess.run(
            try #require(Kubectl.path),
            ["--kubeconfig", kubeconfig, "--namespace", fleet.namespace.string, "apply", "--filename", file] + options)
        try #require(result.status == 0, "\(result.text)")
    }

    private func manifest(_ name: String, _ data: String) -> String {
        // What begins with a brace is JSON to kubectl.
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: \(name), labels: {team: shop}}
        data: {\(data)}

        """
    }

    private func data(_ name: Text, _ fleet: ClusterFleet) async throws -> [Text: Text] {
        try await fleet.client.get(fleet.address(name))["data"]?.textsByName ?? [:]
    }

    @Test(arguments: [[], ["--server-side"]])
    func `what kubectl applied becomes the unit's, and what leaves Git later goes`(options: [String]) async throws {
        try await ClusterFleet.with { fleet in
            for name in ["a", "b"] {
                let text = manifest(name, "content: one, old: x")
                if options.isEmpty { try apply(text, fleet) } else { try apply(text, fleet, options[0]) }
                try fleet.declare(name, text)
            }
            let before = try await fleet.client.get(fleet.address("a"))
            try fleet.site.commit("Take over")
            let folder = fleet.site.folder.path + "/fleet"

            let dry = await fleet.site.trimtab("adopt", "web@lab", "--dry-run", "--fleet", folder)
            #expect(dry.status == .success, "\(dry.output)\(dry.errors)")
            #expect(dry.output.contains("ConfigMap/\(fleet.namespace)/a from kubectl"), "\(dry.output)")
            #expect(try await fleet.client.get(fleet.address("a")) == before)

            let run = await fleet.site.trimtab("adopt", "web@lab", "--reason", "moved to Git", "--fleet", folder)
            #expect(run.status == .success, "\(run.output)\(run.errors)")
            let sync = await fleet.site.trimtab("sync", "--once", "--fleet", folder)
            #expect(sync.status == .success, "\(sync.output)\(sync.errors)")
            let after = try await fleet.client.get(fleet.address("a"))
            #expect(after.uid == before.uid && after["data"] == before["data"])
            let log = await fleet.site.trimtab("log", "web@lab", "--kind", "adopted")
            #expect(log.output.contains("moved to Git") && log.output.contains("user:alice"), "\(log.output)")

            // A field leaves Git, then an object does.
            try fleet.declare("a", manifest("a", "content: one"))
            let drops = try await fleet.deploy()
            #expect(drops.status == .success, "\(drops.output)\(drops.errors)")
            #expect(try await data("a", fleet) == ["content": "one"])
            #expect(try await data("b", fleet) == ["content": "one", "old": "x"])
            try fleet.withdraw("b")
            try await fleet.deploy()
            #expect(try await fleet.content("b") == nil)
            #expect(try await fleet.content("a") == "one")
            #expect(await fleet.site.trimtab("diff").status == .success)
        }
    }

    @Test func `without that, kubectl keeps what it owns, and another value of it is refused by name`() async throws {
        try await ClusterFleet.with { fleet in
            try apply(manifest("a", "content: one, old: x"), fleet)
            try fleet.declare("a", manifest("a", "content: two, old: x"))
            let run = try await fleet.deploy()
            #expect(run.status != .success)
            #expect((run.output + run.errors).contains("kubectl"), "\(run.output)\(run.errors)")
            #expect(try await data("a", fleet) == ["content": "one", "old": "x"])
        }
    }
}

private enum Kubectl {
    static var path: String? { ProcessInfo.processInfo.environment["TRIMTAB_KUBECTL"] }
}
