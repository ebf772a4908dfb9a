// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Assembly
import Commands
import Fleet
import Foundation
import Manifest
import Model
import TestSupport
import Testing

@Suite struct KindReferenceTests {
    @Test func `the reference in docs is what the tables say`() async throws {
        try await TrialSite.with { site in
            let reference = await site.trimtab("schema", "--markdown").output
            let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../docs/fleet.md")
            if ProcessInfo.processInfo.environment["TRIMTAB_UPDATE_SCRIPTS"] != nil {
                try Data(reference.utf8).write(to: file)
            }
            #expect(
                try String(contentsOf: file, encoding: .utf8) == reference, "trimtab schema --markdown > docs/fleet.md")
        }
    }

    @Test func `every example in it is in order`() async throws {
        let examples = Dictionary(uniqueKeysWithValues: Parts.live.kinds().map { ($0.kind.string, $0.example) })
        #expect(examples.count == FleetKind.schemas.count + 6)
        var files = ["platform/keys/shop": "shop@example.org ssh-ed25519 AAAA"]
        files["fleet.yaml"] = examples["Fleet"]
        for kind in ["Target", "Source"] { files["platform/\(kind).yaml"] = examples[kind] }
        files["platform/project.yaml"] = examples["Project"]?.replacing("[shop]", with: "[shop, fleet]")
            .replacing("[File, Directory, Service]", with: "[File, Directory, Link, Service, Package]")
            .replacing("commands:", with: "packages: [nginx]\n        commands:")
        files["projects/shop/web.yaml"] = examples["Application"]
        files["projects/shop/certificates.yaml"] = """
            kind: Application
            metadata: {name: certificates}
            spec: {source: {path: apps/all}, targets: {on: host}}
            """
        for kind in ["File", "Directory", "Link", "Service", "Package"] {
            files["apps/all/\(kind).yaml"] = examples[kind]
        }
        try await withScratchFolder("examples") { folder in
            for (name, content) in files {
                let path = folder.appending(path: name)
                try FileManager.default.createDirectory(
                    at: path.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(content.utf8).write(to: path)
            }
            let check = try await Parts.live.validate(FleetCheckRequest(folder: Text(folder.path)))
            #expect(check.problems == [])
            #expect(check.units.count == 2)
        }
    }

    @Test func `schema prints one kind or all, and says which there are`() async throws {
        try await TrialSite.with { site in
            let all = try JSON.read(Array(await site.trimtab("schema").output.utf8))
            #expect(all["$defs"]?.objectValue?.keys == Parts.live.kinds().map(\.kind))
            let one = try JSON.read(Array(await site.trimtab("schema", "Service").output.utf8))
            #expect(one["title"] == "Service of host.trimtab.dev/v1alpha1")
            let none = await site.trimtab("schema", "Servic")
            #expect(none.status == .notFound && none.errors.contains("Service"))
        }
    }
}
