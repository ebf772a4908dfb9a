// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Manifest
import Model
import TestSupport
import Testing

/// A small fleet in order, in which tests replace files.
enum Fixture {
    static let files: [String: String] = [
        "fleet.yaml": """
        kind: Fleet
        metadata: {name: acme}
        spec: {platform: platform/, projects: projects/}
        """,
        "platform/targets.yaml": """
        kind: Target
        metadata: {name: dev-1, labels: {env: dev, on: host}}
        spec: {host: {machine: dev-1.example.org}}
        ---
        kind: Target
        metadata: {name: prod-1, labels: {env: prod, on: host}}
        spec: {host: {machine: prod-1.example.org}}
        """,
        "platform/shop.yaml": """
        kind: Source
        metadata: {name: shop}
        spec: {git: "https://git.example.org/shop.git", credentials: forge, interval: 30s}
        ---
        kind: Project
        metadata: {name: shop}
        spec:
          sources: [shop, fleet]
          limits:
            - on: {on: host}
              host: {paths: ["/srv/shop/**"], kinds: [File], services: [nginx], commands: ["nginx -t"]}
        """,
        "projects/shop/web.yaml": """
        kind: Application
        metadata: {name: web}
        spec:
          source: {name: shop, branch: main, path: web/base}
          targets: {on: host}
          overrides:
            - {on: {env: [staging, prod]}, path: web/live}
        """,
        "projects/shop/db.yaml": """
        kind: Application
        metadata: {name: db}
        spec:
          source: {name: shop, tag: v1.2.0, path: db}
          targets: {env: prod}
        """,
    ]

    /// Reads the fleet with some files replaced, or taken out when empty.
    static func read(_ changes: [String: String] = [:]) async throws -> FleetSnapshot {
        try await FleetReader.read(tree(changes))
    }

    static func tree(_ changes: [String: String] = [:]) -> MemoryTree {
        MemoryTree(files: files.merging(changes) { _, new in new }.filter { !$0.value.isEmpty })
    }

    static func unit(_ text: String) throws -> UnitID {
        try #require(UnitID(parsing: Text("acme/\(text)")))
    }
}

extension FleetSnapshot {
    var messages: [String] { problems.map(\.description) }
    var unitNames: [String] { units().map { "\($0.unit.application)@\($0.unit.target)" } }

    func unit(_ text: String) -> UnitSpec? { units().first { "\($0.unit.application)@\($0.unit.target)" == text } }
}
