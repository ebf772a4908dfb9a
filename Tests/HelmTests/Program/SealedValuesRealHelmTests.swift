// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import SystemPackage
import TestSupport
import Testing

/// A chart whose values are encrypted in Git, by the whole program.
@Suite struct SealedValuesRealHelmTests {
    private static let canary = "canary-\(UInt32.random(in: 0...UInt32.max))-values"

    private func trimtab(_ site: HelmSite, _ arguments: String...) throws {
        let result = try TestProcess.run(
            HelmLab.trimtab.string, arguments, environment: ["PATH": "/usr/bin:/bin", "HOME": site.folder.path])
        try #require(result.status == 0, "\(result.text)")
    }

    @Test(arguments: HelmLab.Version.allCases)
    func `encrypted values reach the host, and the chart and all that is kept see only their ciphertext`(
        version: HelmLab.Version
    ) async throws {
        try await withScratchFolder { folder in
            let site = try HelmSite(below: folder, helm: version, charts: "[]")
            let keys = folder.appending(path: "state/keys")
            try FileManager.default.createDirectory(at: keys, withIntermediateDirectories: true)
            let key = keys.path + "/agent.txt"
            try trimtab(site, "secrets", "keygen", "--output", key)
            let text = try String(contentsOfFile: key, encoding: .utf8)
            let recipient = try #require(text.split(separator: "# public key: ").last?.prefix { !$0.isNewline })
            try site.write("database: {password: \(Self.canary)}\n", "chart/secret.yaml")
            try trimtab(
                site, "secrets", "encrypt", "--in-place", "--recipient", String(recipient),
                site.fleet.path + "/chart/secret.yaml")
            try site.write("apiVersion: v2\nname: web\nversion: 1.0.0\n", "chart/Chart.yaml")
            try site.write(
                hostFile("web", "{{ .Values.user }}:{{ .Values.database.password }}"), "chart/templates/web.yaml")
            try site.commit(path: "chart", helm: "{valueFiles: [chart/secret.yaml], values: {user: shop}}")
            let sync = try site.sync()
            #expect(sync.status == 0, "\(sync.text)")
            #expect(site.file("srv/web") == "shop:\(Self.canary)\n")
            let render = try site.trimtab("render", "acme/web@here")
            #expect(render.text.contains("<encrypted>"), "\(render.text)")
            for command in ["plan", "status", "log"] { try site.trimtab(command) }
            let search = CanarySearch(Self.canary)
            #expect(search.found(in: Array(site.output.utf8)) == nil)
            #expect(try search.files(below: site.state) == [])
            // Without the key nothing is applied, and nothing is taken away.
            try FileManager.default.removeItem(atPath: key)
            try site.write(
                hostFile("web", "now {{ .Values.user }}:{{ .Values.database.password }}"), "chart/templates/web.yaml")
            try site.commit(path: "chart", helm: "{valueFiles: [chart/secret.yaml], values: {user: shop}}")
            #expect(try site.sync().status != 0)
            #expect(site.file("srv/web") == "shop:\(Self.canary)\n")
        }
    }
}
