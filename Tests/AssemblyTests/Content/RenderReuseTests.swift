// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Manifest
import Model
import TestSupport
import Testing

@Suite struct RenderReuseTests {
    @Test func `a commit that touches one of two applications renders one`() async throws {
        try await TrialSite.with { site in
            try site.write("/sandbox/\n", to: "fleet/.gitignore")
            try site.write(application, to: "fleet/projects/site/about.yaml")
            try site.write(page("about", "one"), to: "fleet/apps/about/page.yaml")
            try site.write(page("index", "one"), to: "fleet/apps/web/site.yaml")
            try site.commit("Begin")
            try await site.withDaemon {
                try await waitForSyncs(4, at: site)
                #expect(try await site.renders("done") == 4)
                try site.write(page("index", "two"), to: "fleet/apps/web/site.yaml")
                try site.commit("Change one")
                try await waitForSyncs(6, at: site)
                #expect(try await site.renders("done") == 6)
                #expect(try await site.renders("reused") == 0)
            }
        }
    }

    private var application: String {
        """
        kind: Application
        metadata: {name: about}
        spec: {source: {path: apps/about}, targets: {env: [dev, prod]}}

        """
    }

    private func page(_ name: String, _ content: String) -> String {
        """
        apiVersion: host.trimtab.dev/v1alpha1
        kind: File
        metadata: {name: \(name)}
        spec: {path: /srv/site/\(name).html, content: \(content)}

        """
    }

    private func waitForSyncs(_ count: Int, at site: TrialSite) async throws {
        var seen = 0
        var after: UInt64 = 0
        while seen < count {
            let start = after
            let page = try await site.withOperations {
                try await $0.events(EventFilter(kinds: [.syncEnded], start: .after(start), wait: .seconds(30)))
            }
            seen += page.events.count
            after = page.next
        }
    }
}
