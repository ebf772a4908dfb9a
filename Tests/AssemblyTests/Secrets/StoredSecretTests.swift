// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Commands
import Foundation
import Manifest
import Model
import TestSupport
import Testing

/// Secrets that lie in a store outside of Git, on their way to a host, with the commands that people use.
@Suite(.timeLimit(.minutes(2))) struct StoredSecretTests {
    private let canary = "canary-\(UInt32.random(in: 0...UInt32.max))-stored"

    private func store(_ site: TrialSite, allow: String = "[{projects: [site], on: {env: dev}, paths: [shop/**]}]")
        throws
    {
        try site.declareStore("machine", "folder: \(site.folder.path)/secrets", allow: allow)
    }

    private func prepare(_ site: TrialSite) throws {
        try store(site)
        try site.write(canary, to: "secrets/shop/password")
        try site.declareDatabase(
            in: "machine", path: "shop/password",
            content: "DATABASE_URL=postgres://shop:${password}@db.example.org/shop")
        let application = try site.read("fleet/projects/site/web.yaml")
        try site.write(
            application.replacing("targets: {env: [dev, prod]}", with: "targets: {env: dev}"),
            to: "fleet/projects/site/web.yaml")
    }

    private let deployed = TrialSite.database

    private func sync(_ site: TrialSite) async -> CommandRun {
        await site.trimtab("sync", "--once", "--fleet", site.folder.path + "/fleet")
    }

    @Test func `a value reaches the host, its rotation is a sync, and it is nowhere else`() async throws {
        try await TrialSite.with { site in
            try prepare(site)
            var printed = ""
            func run(_ arguments: String...) async -> CommandRun {
                let run = await site.trimtab(arguments)
                printed += run.output + run.errors
                return run
            }
            let first = await run("sync", "--once", "--fleet", site.folder.path + "/fleet")
            #expect(first.status == .success, "\(first.output)\(first.errors)")
            #expect(try site.read(deployed) == "DATABASE_URL=postgres://shop:\(canary)@db.example.org/shop\n")
            let mode = try FileManager.default.attributesOfItem(atPath: site.folder.path + "/" + deployed)
            #expect(mode[.posixPermissions] as? Int == 0o600)
            #expect(await run("plan").status == .success, "nothing is left to do")
            try site.write("\(canary)-second", to: "secrets/shop/password")
            _ = await run("plan", "--output", "json")
            #expect(await run("sync", "--once").status == .success)
            #expect(try site.read(deployed).contains("\(canary)-second@"))
            let history = await run("history", "example/web@dev", "--output", "json")
            #expect(history.output.contains("machine:shop/password"), "\(history.output)")
            try site.write("drift \(canary)", to: deployed)
            for command in [
                ["diff"], ["diff", "--output", "json"], ["sync", "--once"], ["status", "--output", "json"],
                ["log", "--output", "json"], ["render", "example/web@dev"], ["audit", "export"],
                ["secrets", "audit"], ["secrets", "audit", "--all", "--output", "json"],
                ["secrets", "where-used", "machine:shop/password"], ["validate", site.folder.path + "/fleet"],
            ] {
                let run = await site.trimtab(command)
                printed += run.output + run.errors
            }
            #expect(try site.read(deployed).contains("\(canary)-second@"))
            let search = CanarySearch(canary)
            #expect(search.found(in: Array(printed.utf8)) == nil)
            #expect(try search.files(below: site.state) == [])
            #expect(try search.files(below: site.folder.path + "/secrets").isEmpty == false)
        }
    }

    @Test func `who read what is on record, with key and version`() async throws {
        try await TrialSite.with { site in
            try prepare(site)
            _ = await sync(site)
            try site.write("\(canary)-second", to: "secrets/shop/password")
            _ = await site.trimtab("sync", "--once")
            _ = await site.trimtab("sync", "--once")
            let now = try await site.trimtab("secrets", "audit", "--output", "json").value.arrayValue ?? []
            let all = try await site.trimtab("secrets", "audit", "--all", "--output", "json").value.arrayValue ?? []
            #expect(now.count == 1 && all.count == 2, "\(all)")
            #expect(now.first?["unit"] == "example/web@dev" && now.first?["project"] == "site")
            #expect(now.first?["place"] == "machine:shop/password" && now.first?["keys"] == ["value"])
            #expect(now.first?["version"]?.stringValue?.utf8.count == 16)
            let used = await site.trimtab("secrets", "where-used", "shop/password")
            #expect(used.output.contains("example/web@dev"))
            let unused = await site.trimtab("secrets", "where-used", "shop/other")
            #expect(unused.output == "No unit reads shop/other.\n")
        }
    }

    @Test func `what is not allowed is found at validation, and is not given out`() async throws {
        try await TrialSite.with { site in
            try prepare(site)
            try store(site, allow: "[{projects: [site], on: {env: prod}, paths: [\"**\"]}]")
            let run = await sync(site)
            #expect(run.status != .success)
            #expect(run.output.contains("no SecretStore machine allows this project anything"), "\(run.output)")
            let validated = await site.trimtab("validate", site.folder.path + "/fleet")
            #expect(validated.output.contains("apps/web/database.yaml"), "\(validated.output)")
            #expect(validated.status != .success)
            #expect(!FileManager.default.fileExists(atPath: site.folder.path + "/" + deployed))
            try store(site)
            #expect(await site.trimtab("sync", "--once").status == .success)
        }
    }

    @Test func `a store that is gone empties nothing`() async throws {
        try await TrialSite.with { site in
            try prepare(site)
            _ = await sync(site)
            let before = try site.read(deployed)
            try FileManager.default.moveItem(
                atPath: site.folder.path + "/secrets", toPath: site.folder.path + "/gone")
            let run = await site.trimtab("sync", "--once")
            #expect(run.output.contains("unreachable"), "\(run.output)")
            #expect(try site.read(deployed) == before)
            let status = await site.trimtab("status")
            #expect(status.output.contains("what is applied stays"), "\(status.output)")
            try FileManager.default.moveItem(
                atPath: site.folder.path + "/gone", toPath: site.folder.path + "/secrets")
            #expect(await site.trimtab("sync", "--once").status == .success)
            let log = await site.trimtab("log", "--kind", "storeFailed")
            #expect(log.output.contains("machine:shop/password: unreachable"), "\(log.output)")
        }
    }

    @Test func `a daemon brings a rotated value to the host by itself, and keeps it while the store is away`()
        async throws
    {
        try await TrialSite.with { site in
            try prepare(site)
            _ = await sync(site)
            let deployed = deployed
            let canary = canary
            try await site.withDaemon {
                try site.write("\(canary)-third", to: "secrets/shop/password")
                try await site.wait { try site.read(deployed).contains("\(canary)-third@") }
                try FileManager.default.moveItem(
                    atPath: site.folder.path + "/secrets", toPath: site.folder.path + "/gone")
                try await site.wait {
                    await site.trimtab("status").output.contains("what was read before stays")
                }
                // Drift is put back all the same.
                try site.write("drift", to: deployed)
                try await site.wait { try site.read(deployed).contains("\(canary)-third@") }
                #expect(try await site.get("/metrics").contains("trimtab_stale_secrets 1"))
                try FileManager.default.moveItem(
                    atPath: site.folder.path + "/gone", toPath: site.folder.path + "/secrets")
                try site.write("\(canary)-fourth", to: "secrets/shop/password")
                try await site.wait { try site.read(deployed).contains("\(canary)-fourth@") }
                let log = await site.trimtab("log", "--output", "json")
                #expect(log.output.contains("storeFailed") && log.output.contains("storeRecovered"))
                #expect(CanarySearch(canary).found(in: Array(log.output.utf8)) == nil)
            }
            #expect(try CanarySearch(canary).files(below: site.state) == [])
        }
    }
}
