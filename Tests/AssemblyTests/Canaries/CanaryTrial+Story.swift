// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import AsyncHTTPClient
import Commands
import Foundation
import Glibc
import Manifest
import NIOCore
import TestSupport
import Testing

extension CanaryTrial {
    private var site: TrialSite { fleet.site }

    /// Applied, rotated, drifted, broken, crashed and rolled back; then everything is searched.
    func tell() async throws {
        let planted = "planted-\(UInt32.random(in: 100_000_000...UInt32.max))-words"
        try await fleet.write(round: 1)
        try site.commit("One")
        try await whileServing {
            try await sync("One")
            try await fleet.expect(round: 1)
            try await look()
            // Rotated.
            try await fleet.write(round: 2)
            try site.commit("Two")
            await run("plan --output json")
            try await sync("Two")
            try await fleet.expect(round: 2)
            // Drifted, by other secrets, while nobody puts them back; and what a person says is written down.
            await run("pause --all --for 1h --reason \(planted) --output json")
            try await fleet.drift()
            try await lookAtAll()
            await run("resume --all --output json")
            try await sync("drift")
            try await fleet.expect(round: 2)
            try await breakAndMend()
            try await refuse()
        }
        try await crash()
        try await whileServing {
            try await sync("Four")
            try await fleet.expect(round: 4)
            try await rollBack()
            try await replace()
            try await plant(planted)
            // What was read stays without the store.
            fleet.bao.kill()
            try await site.wait { await run("status").output.contains("unreachable (since ") }
            try await look()
            if let cluster = fleet.cluster { try await lookAround(in: cluster) }
        }
        try search(planted)
        try await expectAllCommands()
        expectTraffic()
    }

    private func sync(_ what: String) async throws {
        let sync = await run("sync --output json")
        #expect(sync.status == .success, "\(what): \(sync.output)\(sync.errors)")
    }

    /// A file that was changed after it was encrypted.
    private func breakAndMend() async throws {
        let good = try site.read("fleet/apps/files/manifest.yaml")
        try site.write(good.replacing("manifest.env", with: "other.env"), to: "fleet/apps/files/manifest.yaml")
        try site.commit("Broken")
        let broken = await run("sync --output json")
        #expect(broken.status == .failure && broken.output.contains("apps/files/manifest.yaml"), "\(broken.output)")
        try await look()
        try site.write(good, to: "fleet/apps/files/manifest.yaml")
    }

    private func crash() async throws {
        try await fleet.write(round: 4)
        try site.commit("Four")
        let point = fleet.cluster == nil ? "host.batch.placed" : "kubernetes-after-apply"
        #expect(try crash(at: point, by: SIGKILL).contains("debug"), "details are logged")
        let report = try crash(at: "engine-before-health", by: SIGSEGV)
        #expect(report.contains("*** Signal 11") || report.contains("Program crashed"), "\(report.suffix(2000))")
        #expect(CanarySearch(fleet.shortCanary).found(in: Array(report.utf8)) == nil, "no piece of a secret is dumped")
    }

    private func rollBack() async throws {
        for unit in ["acme/files@edge"] + (fleet.cluster == nil ? [] : ["acme/web@lab"]) {
            await run("rollback \(unit) --reason trial --output json")
            await run("rollback \(unit) --undo --output json")
            await run("mark-bad \(unit) --reason trial --output json")
            await run("rollback \(unit) --undo --output json")
        }
    }

    /// What was a secret is none any more in Git, and still is one where it was put.
    private func replace() async throws {
        await run("pause --all --for 1h --reason trial --output json")
        try fleet.declareReplacement()
        try site.commit("Replaced")
        await run("refresh --output json")
        let ofHost = await run("plan acme/files@edge --output json")
        #expect(ofHost.output.contains("not shown: the file is private"), "\(ofHost)")
        if fleet.cluster != nil {
            let plan = await run("plan acme/web@lab --output json").output
            #expect(
                plan.contains(CanaryFleet.replacement) && plan.contains("\"old\": \"not shown; fingerprint "), "\(plan)"
            )
        }
        try await lookAtAll()
        await run("resume --all --output json")
        try await sync("Replaced")
        try await look()
    }

    // MARK: The search

    private func search(_ planted: String) throws {
        for (name, proxy) in [("Git", git), ("OpenBao", store)] {
            evidence.add("what was sent to \(name)", proxy.sent)
        }
        evidence.add("what Git answered", git.answered)
        #expect(evidence.places(of: fleet.canary) == [])
        let search = CanarySearch(fleet.canary)
        // Of Git a copy lies there, with what it has for all to read.
        #expect(try search.files(below: site.state).filter { !$0.hasPrefix("mirrors/") } == [])
        for sealed in fleet.sealedCanaries {
            #expect(try CanarySearch(sealed).files(below: site.state + "/mirrors") == [])
        }
        let inGit = try search.files(below: site.folder.path + "/fleet/apps")
        #expect(inGit == fleet.plainFiles)
        #expect(try search.files(below: coreFolder) == [], "a core holds all that was in memory")
        // It was looked where something would be: what is no secret stands in all these places.
        for words in [planted, CanaryFleet.harmless] {
            let places = evidence.places(of: words)
            #expect(try !CanarySearch(words).files(below: site.state).isEmpty, "\(words)")
            #expect(places.contains { $0.contains(" --output json: ") }, "\(words): \(places)")
        }
        if fleet.cluster != nil {
            let places = evidence.places(of: "acme/web@lab")
            for kind in ["configmaps", "secrets"] {
                #expect(places.contains("\(kind) of the cluster: plain"), "\(places)")
            }
        }
        for source in ["log of the daemon", "what was sent to Git", "what was sent to OpenBao"] {
            #expect(evidence.places(of: planted).contains { $0.hasPrefix(source) }, "\(source)")
        }
        for (name, text) in [
            ("plain", fleet.canary), ("base", Data(fleet.canary.utf8).base64EncodedString()),
            ("hex", fleet.canary.utf8.map { String($0, radix: 16) }.joined()),
            ("dump", fleet.canary.utf8.map { String($0, radix: 16) }.joined(separator: " ")),
            ("url", fleet.canary.utf8.map { "%" + String($0, radix: 16).uppercased() }.joined()),
        ] {
            try site.write("x\(text)y", to: "state/planted-\(name)")
            let found = try search.files(below: site.state).filter { !$0.hasPrefix("mirrors/") }
            #expect(found.count == 1, "\(name)")
            try FileManager.default.removeItem(atPath: site.state + "/planted-\(name)")
        }
    }

    /// Words go to the servers as a secret might.
    private func plant(_ words: String) async throws {
        let client = HTTPClient(eventLoopGroupProvider: .singleton)
        for proxy in [git, store] {
            let request = HTTPClientRequest(url: "http://127.0.0.1:\(proxy.port)/\(words)")
            _ = try await client.execute(request, timeout: .seconds(10))
        }
        try await client.shutdown()
    }

    /// The proxies saw the daemon's questions, and what was answered.
    private func expectTraffic() {
        let said = String(decoding: store.sent, as: UTF8.self)
        for path in ["auth/approle/login", "secret/data/shop/db", "transit/decrypt/sops"] {
            #expect(said.contains("/v1/\(path)"), "\(path) was not asked for")
        }
        #expect(CanarySearch(fleet.canary).found(in: store.answered) != nil, "its answers hold what it was asked for")
        #expect(String(decoding: git.sent, as: UTF8.self).contains("/fleet/.git/info/refs"))
    }
}
