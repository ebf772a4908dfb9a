// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import TestSupport
import Testing

/// Charts of repositories, from the fleet's commit to the target, by the whole program and real Helm.
@Suite struct RepositoryRealHelmTests {
    private func with(
        _ version: HelmLab.Version, charts: (String) -> String = { #"["\#($0)/stable", "\#($0)/shared"]"# },
        _ body: (HelmSite, ChartShelf) async throws -> Void
    ) async throws {
        try await withScratchFolder { folder in
            let shelf = try await ChartShelf(below: folder, helm: version)
            let origin = String(shelf.address().dropLast("/stable".count))
            let site = try HelmSite(below: folder, helm: version, charts: charts(origin))
            try shelf.put("common", "2.0.0", in: "shared", ["common.yaml": hostFile("common", "shared by all")])
            for release in ["1.0.0", "1.1.0"] {
                try shelf.put(
                    "web", release,
                    dependencies: """
                        dependencies: [{name: common, version: 2.0.0, repository: "\(shelf.address("shared"))"}]

                        """,
                    [
                        "web.yaml": hostFile(
                            "web", "release \(release) port {{ .Values.port }}\n    password {{ randAlphaNum 24 }}")
                    ])
            }
            try await body(site, shelf)
        }
    }

    private func chart(_ shelf: ChartShelf, _ version: String = "1.0.0", port: Int = 1, more: String = "") -> String {
        "{chart: web, repository: \(shelf.address()), version: \(version), values: {port: \(port)}, freeze: true\(more)}"
    }

    /// What is made up by chance, from the file that was rendered.
    private func password(_ site: HelmSite) throws -> String {
        let words = try #require(site.file("srv/web")).split { $0 == " " || $0 == "\n" }
        let password = String(try #require(words.last))
        #expect(password.count == 24)
        return password
    }

    @Test(arguments: HelmLab.Version.allCases)
    func `what is frozen stays, and is plain nowhere but on the target`(version: HelmLab.Version) async throws {
        try await with(version) { site, shelf in
            try site.commit(helm: chart(shelf))
            let first = try site.sync()
            try #require(first.status == 0, "\(first.text)")
            #expect(site.file("srv/common") == "shared by all\n")
            let password = try password(site)
            #expect(
                shelf.asked() == [
                    "/stable/index.yaml", "/stable/web-1.0.0.tgz", "/shared/index.yaml", "/shared/common-2.0.0.tgz",
                ])
            // Another process, and the chart is there already.
            let second = try site.sync()
            #expect(second.status == 0, "\(second.text)")
            #expect(try self.password(site) == password)
            // The password stays where another line follows the chart.
            try site.commit(helm: chart(shelf, "1.1.0"))
            try #require(try site.sync().status == 0)
            #expect(site.file("srv/web") == "release 1.1.0 port 1\npassword \(password)\n")
            // What a hand changed is put back from what is frozen, not from a new password.
            try site.write("meddled", "root/srv/web")
            let looks = ["plan", "diff", "render web", "render web --explain", "status", "log", "history web"]
            for look in looks { try site.trimtab(look.split(separator: " ").map(String.init)) }
            try #require(try site.sync().status == 0)
            #expect(try self.password(site) == password)
            _ = try site.trimtab("audit", "export")
            let search = CanarySearch(password)
            #expect(search.found(in: Array(site.output.utf8)) == nil)
            #expect(try search.files(below: site.state) == [])
            #expect(FileManager.default.fileExists(atPath: site.state + "/frozen/key"))
        }
    }

    @Test(arguments: HelmLab.Version.allCases)
    func `a repository that is down leaves what was there`(version: HelmLab.Version) async throws {
        try await with(version) { site, shelf in
            try site.commit(helm: chart(shelf))
            try #require(try site.sync().status == 0)
            let before = try #require(site.file("srv/web"))
            shelf.goDown()
            _ = shelf.asked()
            // A chart that was fetched is never fetched again.
            try site.commit(helm: chart(shelf, more: ", release: other"))
            let cached = try site.sync()
            #expect(cached.status == 0, "\(cached.text)")
            #expect(shelf.asked() == [])
            try site.commit(helm: chart(shelf, "1.1.0"))
            let failed = try site.sync()
            #expect(failed.status != 0)
            #expect(failed.text.contains("\(shelf.address())/index.yaml: answers with status 503"), "\(failed.text)")
            #expect(site.file("srv/web") == before)
            shelf.comeBack()
            let again = try site.sync()
            #expect(again.status == 0, "\(again.text)")
            #expect(site.file("srv/web")?.contains("release 1.1.0") == true)
        }
    }

    @Test(arguments: HelmLab.Version.allCases)
    func `another archive under the same version waits for a person`(version: HelmLab.Version) async throws {
        try await with(version) { site, shelf in
            try site.commit(helm: chart(shelf))
            try #require(try site.sync().status == 0)
            let before = try #require(site.file("srv/web"))
            try shelf.put("web", "1.0.0", ["web.yaml": hostFile("web", "taken over {{ .Values.port }}")])
            // Only a state folder that lost its archives asks again.
            try FileManager.default.removeItem(atPath: site.state + "/charts/archives")
            try site.commit(helm: chart(shelf, port: 2))
            let refused = try site.sync()
            #expect(refused.status != 0)
            let words = "serves another archive as web 1.0.0 than before"
            #expect(refused.text.contains(words), "\(refused.text)")
            #expect(site.file("srv/web") == before)
            // The error names the digest that takes the new one.
            let digest = try #require(refused.text.firstMatch(of: /digest: ([0-9a-f]{64})/)?.1)
            try site.commit(helm: chart(shelf, port: 2, more: ", digest: \(digest)"))
            let accepted = try site.sync()
            #expect(accepted.status == 0, "\(accepted.text)")
            #expect(site.file("srv/web") == "taken over 2\n")
            // And a digest that nobody serves is refused, too.
            let wrong = String(repeating: "0", count: 64)
            try site.commit(helm: chart(shelf, port: 3, more: ", digest: \"\(wrong)\""))
            #expect(try site.sync().text.contains(words))
            #expect(site.file("srv/web") == "taken over 2\n")
        }
    }

    @Test(arguments: HelmLab.Version.allCases)
    func `a password goes to the server that it is for, and is never shown`(version: HelmLab.Version) async throws {
        let canary = "open-sesame-4711"
        let charts = { (origin: String) in
            #"[{repository: "\#(origin)/stable/", credentials: shelf}, {repository: "\#(origin)/shared", credentials: shelf}]"#
        }
        try await with(version, charts: charts) { site, shelf in
            shelf.ask(for: "reader:\(canary)")
            try site.commit(helm: chart(shelf))
            let missing = try site.sync()
            #expect(missing.status != 0)
            #expect(missing.text.contains("the credentials \"shelf\""), "\(missing.text)")
            func credentials(_ url: String, _ password: String) throws {
                let file = site.folder.appending(path: "credentials/shelf")
                try FileManager.default.createDirectory(
                    at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data("url=\(url)\nusername=reader\npassword=\(password)\n".utf8).write(to: file)
                chmod(file.path, 0o600)
            }
            let origin = String(shelf.address().dropLast("/stable".count))
            try credentials("http://127.0.0.2:1", canary)
            #expect(try site.sync().text.contains("the credentials shelf are bound to another server"))
            try credentials(origin, "wrong-\(canary)")
            #expect(try site.sync().text.contains("answers with status 401 to the credentials shelf"))
            try credentials(origin, canary)
            let done = try site.sync()
            #expect(done.status == 0, "\(done.text)")
            #expect(site.file("srv/common") == "shared by all\n")
            _ = try site.trimtab("audit", "export")
            let search = CanarySearch(canary)
            #expect(search.found(in: Array(site.output.utf8)) == nil)
            #expect(try search.files(below: site.state) == [])
        }
    }

    @Test(arguments: HelmLab.Version.allCases)
    func `repositories that the project does not list are not asked`(version: HelmLab.Version) async throws {
        try await with(version, charts: { #"["\#($0)/stable"]"# }) { site, shelf in
            // A dependency, which is known only when the chart is.
            try site.commit(helm: chart(shelf))
            let dependency = try site.sync()
            #expect(dependency.status != 0)
            #expect(dependency.text.contains("is none of the project's repositories of charts"), "\(dependency.text)")
            #expect(!shelf.asked().contains { $0.hasPrefix("/shared") })
            // The application's own, which validate tells as well.
            let settings = "{chart: common, repository: \(shelf.address("shared")), version: 2.0.0}"
            try site.commit(helm: settings)
            let words = "project shop does not allow charts of \"\(shelf.address("shared"))\""
            #expect(try site.sync().status != 0)
            #expect(try site.trimtab("status").text.contains(words))
            let validate = try site.trimtab("validate", site.fleet.path)
            #expect(validate.status == 6)
            #expect(validate.text.contains("projects/shop/web.yaml:4:55: \(words)"), "\(validate.text)")
            #expect(shelf.asked() == [])
        }
    }

    @Test(arguments: HelmLab.Version.allCases)
    func `validate --render fetches charts and keeps nothing that is made up`(version: HelmLab.Version) async throws {
        try await with(version) { site, shelf in
            try site.commit(helm: chart(shelf))
            let check = try site.trimtab("validate", site.fleet.path, "--render")
            #expect(check.status == 0, "\(check.text)")
            #expect(shelf.asked().contains("/stable/web-1.0.0.tgz"))
            try site.commit(helm: chart(shelf, more: ", kubeVersion: nonsense!"))
            let broken = try site.trimtab("validate", site.fleet.path, "--render")
            #expect(broken.status == 6)
            #expect(broken.text.contains("is no version that a cluster can have"), "\(broken.text)")
        }
    }
}
