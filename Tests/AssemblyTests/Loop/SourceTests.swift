// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Foundation
import Manifest
import Model
import TestSupport
import Testing

/// What one source does, and where it lies, is no matter of another's.
@Suite(.timeLimit(.minutes(5))) struct SourceTests {
    @Test func `a server that does not answer keeps no commit of another source from being applied`() async throws {
        try await TrialSite.with { site in
            let fleet = SourceFleet(site: site)
            let shop = try fleet.make("shop", page: "one")
            _ = try fleet.make("blog", page: "one")
            let server = try await GitHTTPServer.start(root: site.folder.appending(path: "repositories"))
            try site.writePrivate("allow: [plainHTTP, localPaths]\n", to: "trust.yaml")
            try fleet.declare([("shop", shop.folder.path), ("blog", "\(server.origin)/blog/.git")])
            try await site.withDaemon(trust: site.folder.path + "/trust.yaml") {
                try await site.wait { fleet.page("shop") == "one" && fleet.page("blog") == "one" }
                server.forgetRequests()
                server.fail { _ in .silence }
                try await site.wait { !server.requests.isEmpty }
                // The question is under way from here on; it ends after a minute.
                for page in ["two", "three"] {
                    try fleet.write(page, in: shop)
                    try await site.wait { fleet.page("shop") == page }
                }
                #expect(server.requests.count == 1)
                // Whoever asks for a look at all of them gets an answer, too.
                _ = try await site.withOperations { try await $0.refresh([], reason: "", actor: .trimtab) }
                #expect(server.requests.count == 1)
            }
            await server.stop()
        }
    }

    @Test func `units of a source that lies elsewhere now are read from there`() async throws {
        try await TrialSite.with { site in
            let fleet = SourceFleet(site: site)
            let shop = try fleet.make("shop", page: "one")
            try fleet.declare([("shop", shop.folder.path)])
            try await site.withDaemon {
                try await site.wait { fleet.page("shop") == "one" }
                let before = try mirrors(site)
                // The same commits, at another address.
                try FileManager.default.copyItem(
                    at: shop.folder, to: site.folder.appending(path: "repositories/moved"))
                try fleet.declare([("shop", site.folder.path + "/repositories/moved")])
                try await site.wait { try mirrors(site).count == before.count + 1 }
                _ = try await site.withOperations { try await $0.refresh([], reason: "", actor: .trimtab) }
                // What nobody uses any more goes after a day.
                let commit = try shop.head()
                for mirror in before where try holds(commit, mirror) { try FileManager.default.removeItem(at: mirror) }
                try site.write("by hand", to: "fleet/sandbox/dev/srv/site/shop.html")
                try await site.wait { fleet.page("shop") == "one" }
            }
        }
    }

    private func mirrors(_ site: TrialSite) throws -> [URL] {
        try FileManager.default.contentsOfDirectory(
            at: URL(fileURLWithPath: site.state + "/mirrors"), includingPropertiesForKeys: nil
        ).filter { $0.pathExtension == "git" }
    }

    private func holds(_ commit: CommitID, _ mirror: URL) throws -> Bool {
        try TestProcess.run("/usr/bin/git", ["--git-dir=\(mirror.path)", "cat-file", "-e", commit.hex]).status == 0
    }
}
