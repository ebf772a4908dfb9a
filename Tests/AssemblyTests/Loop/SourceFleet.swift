// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import Manifest
import TestSupport
import Testing

/// A fleet on one sandbox whose applications lie in repositories of their own.
struct SourceFleet: Sendable {
    let site: TrialSite

    /// Makes a repository with one page below `repositories`.
    func make(_ name: String, page: String) throws -> GitFixture {
        let fixture = try GitFixture(at: site.folder.appending(path: "repositories/\(name)"))
        try write(page, in: fixture)
        return fixture
    }

    /// A commit with another page. Its content is a file beside it, which is read when it is applied.
    func write(_ page: String, in fixture: GitFixture) throws {
        let name = fixture.folder.lastPathComponent
        try fixture.write(page, to: "page.html")
        try fixture.write(
            """
            apiVersion: host.trimtab.dev/v1alpha1
            kind: File
            metadata: {name: \(name)}
            spec: {path: /srv/site/\(name).html, source: page.html}

            """, to: "page.yaml")
        try fixture.commit(page)
    }

    /// Declares sources, each with one application of its name, and commits the fleet.
    func declare(_ sources: [(name: String, address: String)]) throws {
        try site.write(
            """
            kind: Project
            metadata: {name: site}
            spec:
              sources: [\(sources.map(\.name).joined(separator: ", "))]
              limits: [{on: {env: dev}, host: {paths: ["/srv/site/**"], kinds: [File]}}]

            """, to: "fleet/platform/projects.yaml")
        try site.write(
            sources.map { "kind: Source\nmetadata: {name: \($0.name)}\nspec: {git: '\($0.address)', interval: 1s}\n" }
                .joined(separator: "---\n"), to: "fleet/platform/sources.yaml")
        try site.write(
            sources.map {
                """
                kind: Application
                metadata: {name: \($0.name)}
                spec: {source: {name: \($0.name), path: ., branch: main}, targets: {env: dev}}

                """
            }.joined(separator: "---\n"), to: "fleet/projects/site/web.yaml")
        try site.commit("Declare \(sources.map(\.address).joined(separator: " "))")
    }

    /// What stands on the sandbox.
    func page(_ name: String) -> String? { try? site.read("fleet/sandbox/dev/srv/site/\(name).html") }
}
