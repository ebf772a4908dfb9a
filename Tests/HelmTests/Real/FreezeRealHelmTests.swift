// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import Helm
import Manifest
import Model
import SystemPackage
import TestSupport
import Testing

/// Random values that are kept, with real charts.
@Suite struct FreezeRealHelmTests {
    private func secret(_ port: Int) -> MemoryTree {
        MemoryTree(
            files: chart([
                "templates/secret.yaml": """
                {{- $ca := genCA "ca" 365 }}
                apiVersion: v1
                kind: Secret
                metadata:
                  name: web
                  annotations: {day: {{ now | date "2006-01-02" | quote }}}
                data:
                  password: {{ randAlphaNum 16 | b64enc }}
                  certificate: {{ $ca.Cert | b64enc }}
                  file: {{ printf "port: \(port)\\nkey: %s\\n" (randAlphaNum 8) | b64enc }}

                """
            ]))
    }

    @Test(arguments: HelmLab.Version.allCases)
    func `the first values stay through renders, restarts and new versions of the chart`(
        version: HelmLab.Version
    ) async throws {
        try await withScratchFolder { folder in
            func render(_ port: Int) async throws -> HelmOutput {
                let jail = try Jail(scratch: FilePath(folder.path).appending("scratch"), jailer: HelmLab.trimtab)
                let helm = HelmTemplate(
                    program: version.program, jail: jail,
                    frozen: FrozenStore(folder: FilePath(folder.path).appending("frozen")))
                return try await helm.render(
                    HelmRequest(
                        chart: .source(path("chart")), release: "web", namespace: "shop", freeze: "fleet/web/prod"),
                    from: secret(port))
            }
            let first = try await render(1)
            #expect(first.isTainted)
            #expect(try await render(1) == first)
            let later = try await render(2)
            // What stands around a frozen line may change, and that must be seen though no digest counts secrets.
            #expect(first.objects.first?.fingerprint != nil)
            #expect(later.objects.first?.fingerprint != first.objects.first?.fingerprint)
            let data = later.objects.first?.manifest["data"]
            #expect(data?["password"] == first.objects.first?.manifest["data"]?["password"])
            #expect(data?["certificate"] == first.objects.first?.manifest["data"]?["certificate"])
            let files = try [first, later].map { output in
                guard case .secret(let text)? = output.objects.first?.manifest["data"]?["file"] else { return "" }
                let encoded = text.withExposed(\.string)
                return String(decoding: try #require(Data(base64Encoded: encoded)), as: UTF8.self)
            }
            #expect(files[0].hasPrefix("port: 1\nkey: "))
            #expect(files[1] == files[0].replacing("port: 1", with: "port: 2"))
            #expect(!"\(later)".contains(Data(files[1].utf8).base64EncodedString()))
        }
    }
}
