// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import API
package import Fleet
import Manifest
import Model

extension Sample {
    /// What the sample's fleet declares, with a second project whose application nobody of the first may see.
    private static let declarations = [
        "fleet.yaml": "kind: Fleet\nmetadata: {name: acme}\nspec: {platform: platform/, projects: projects/}\n",
        "platform/all.yaml": """
        kind: Target
        metadata: {name: dev, labels: {env: dev}}
        spec: {host: {machine: dev.example.org}}
        ---
        kind: Target
        metadata: {name: prod, labels: {env: prod}}
        spec: {host: {machine: prod.example.org}}
        ---
        kind: Source
        metadata: {name: shop}
        spec: {git: "https://git.example.org/shop.git"}
        ---
        kind: Source
        metadata: {name: ledger}
        spec: {git: "https://git.example.org/ledger.git"}
        ---
        kind: Project
        metadata: {name: shop}
        spec: {sources: [shop], limits: [{on: {env: [dev, prod]}, host: {paths: ["/srv/**"], kinds: [File]}}]}
        ---
        kind: Project
        metadata: {name: finance}
        spec: {sources: [ledger], limits: [{on: {env: [dev, prod]}, host: {paths: ["/srv/**"], kinds: [File]}}]}
        """,
        "projects/shop/apps.yaml": """
        kind: Application
        metadata: {name: web, labels: {tier: front}}
        spec: {source: {name: shop, branch: main}, targets: {env: [dev, prod]}}
        ---
        kind: Application
        metadata: {name: postgres}
        spec: {source: {name: shop, branch: main}, targets: {env: prod}}
        """,
        "projects/finance/apps.yaml": """
        kind: Application
        metadata: {name: ledger}
        spec: {source: {name: ledger, branch: main}, targets: {env: prod}, sync: {approval: {from: ["token:release"]}}}
        """,
    ]

    /// The sample's fleet with these roles and bindings, in YAML.
    package static func declared(_ roles: String) async throws -> FleetSnapshot {
        try await FleetReader.read(
            MemoryTree(files: declarations.merging(["platform/access.yaml": roles]) { first, _ in first }))
    }

    package static func policy(_ roles: String) async throws -> AccessPolicy {
        AccessPolicy(try await declared(roles))
    }

    /// ``fleet``, and a unit of the second project.
    package static var fleetOfTwoProjects: FleetStatus {
        var status = fleet
        var ledger = web
        ledger.unit = unit("ledger", "prod")
        ledger.project = finance
        status.units.append(ledger)
        status.units.sort { $0.unit < $1.unit }
        status.problems = [Problem(file: "projects/finance/apps.yaml", line: 1, column: 1, reason: "is secret")]
        status.notices = ["the ledger is moved"]
        if var source = status.sources.first {
            source.name = ledgerSource
            status.sources.append(source)
        }
        return status
    }
}
