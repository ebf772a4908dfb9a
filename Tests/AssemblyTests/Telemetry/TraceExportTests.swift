// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import Journal
import Logging
import Manifest
import Model
import Synchronization
import TestSupport
import Testing

@testable import Assembly

/// A daemon tells a collector how a commit came to its units; what it sends is checked against the shape that OTLP/HTTP
/// has in JSON.
@Suite(.timeLimit(.minutes(5))) struct TraceExportTests {
    private static let canary = "canary-token-8813"

    private func spans(_ requests: [ScriptedServer.Request]) throws -> [Value] {
        try requests.flatMap { request in
            let body = try JSON.read(request.body)
            #expect(body.objectValue?.pairs.map(\.key) == ["resourceSpans"])
            return try (body["resourceSpans"]?.arrayValue ?? []).flatMap { resource in
                let keys = (resource["resource"]?["attributes"]?.arrayValue ?? []).compactMap { $0["key"]?.stringValue }
                #expect(keys == ["service.name", "service.version", "service.instance.id"])
                return try (resource["scopeSpans"]?.arrayValue ?? []).flatMap { scope in
                    #expect(scope["scope"]?["name"] == "trimtab")
                    return try #require(scope["spans"]?.arrayValue)
                }
            }
        }
    }

    /// opentelemetry/proto/trace/v1/trace.proto, in the JSON that the protocol's specification makes of it.
    private func check(_ span: Value) throws {
        let known: Set<Text> = [
            "traceId", "spanId", "parentSpanId", "name", "kind", "startTimeUnixNano", "endTimeUnixNano", "attributes",
            "status",
        ]
        let keys = Set((span.objectValue?.pairs ?? []).map(\.key))
        #expect(keys.isSubset(of: known))
        func isHex(_ key: Text, _ digits: Int) -> Bool {
            span[key]?.stringValue?.string.wholeMatch(of: /[0-9a-f]+/)?.output.count == digits
        }
        #expect(isHex("traceId", 32) && isHex("spanId", 16))
        if span["parentSpanId"] != nil { #expect(isHex("parentSpanId", 16)) }
        #expect(span["kind"]?.intValue == 1)
        let start = try #require(span["startTimeUnixNano"]?.stringValue.flatMap { UInt64($0.string) })
        let end = try #require(span["endTimeUnixNano"]?.stringValue.flatMap { UInt64($0.string) })
        #expect(start <= end && start > 1_700_000_000_000_000_000)
        #expect([1, 2].contains(span["status"]?["code"]?.intValue))
        for attribute in span["attributes"]?.arrayValue ?? [] {
            #expect(attribute.objectValue?.pairs.map(\.key) == ["key", "value"])
            let value = try #require(attribute["value"]?.objectValue?.pairs.first)
            #expect(["stringValue", "intValue"].contains(value.key) && value.value.stringValue != nil)
        }
    }

    @Test func `a commit is followed to each of its units in one trace, whatever the collector does at first`()
        async throws
    {
        let tries = Mutex(0)
        let script: ScriptedServer.Script = { _ in
            let number = tries.withLock { tries in
                tries += 1
                return tries
            }
            return ScriptedServer.Reply(number == 1 ? 503 : 200)
        }
        try await ScriptedServer.with(script) { server in
            try await TrialSite.with { site in
                try site.writeContent("one")
                try site.commit("One")
                try site.writePrivate(
                    "otlp: {url: \"\(server.address)\", token: \(Self.canary)}\nallow: [plainHTTP]\n",
                    to: "state/traces.yaml")
                try await site.withDaemon {
                    try await site.wait { try await site.unit("web@dev")?["sync"] == "InSync" }
                    try site.writeContent("two")
                    try site.commit("Two")
                    let commit = try #require(try site.head())
                    @Sendable func deployed() throws -> [Value] {
                        try spans(Array(server.requests.dropFirst())).filter { span in
                            span["name"]?.stringValue?.string.hasPrefix("deploy ") ?? false
                                && (span["attributes"]?.arrayValue ?? []).contains {
                                    $0["value"]?["stringValue"]?.stringValue?.string == commit
                                }
                        }
                    }
                    try await site.wait { try deployed().count == 2 }
                    let all = try spans(Array(server.requests.dropFirst()))
                    for span in all { try check(span) }
                    let traces = Set(try deployed().compactMap { $0["traceId"]?.stringValue })
                    #expect(traces.count == 1)
                    let names = Set(
                        all.filter { $0["traceId"]?.stringValue == traces.first }.compactMap { $0["name"]?.stringValue }
                    )
                    let phases: Set<Text> = ["commit", "fetch", "render", "plan", "apply", "wave 0", "settle"]
                    #expect(names.isSuperset(of: phases))
                    // Every span but the root hangs on one that was told, too.
                    let ids = Set(all.compactMap { $0["spanId"]?.stringValue })
                    let mine = all.filter { $0["traceId"]?.stringValue == traces.first }
                    let parents = mine.compactMap { $0["parentSpanId"]?.stringValue }
                    #expect(parents.allSatisfy(ids.contains))
                    // Counted once the answer has come back.
                    try await site.wait {
                        try await site.figure("trimtab_spans_total{result=\"sent\"}") >= all.count
                    }
                    #expect(try await site.figure("trimtab_spans_total{result=\"dropped\"}") == 0)
                }
                let requests = server.requests
                #expect(requests.allSatisfy { $0.path == "/v1/traces" && $0.method == "POST" })
                #expect(requests.allSatisfy { $0.header("content-type") == "application/json" })
                #expect(requests.allSatisfy { $0.header("authorization") == "Bearer \(Self.canary)" })
                #expect(
                    requests.count > 1 && requests[0].header("idempotency-key") == requests[1].header("idempotency-key")
                )
                #expect(requests.allSatisfy { !String(decoding: $0.body, as: UTF8.self).contains(Self.canary) })
            }
        }
    }

    @Test func `what was wrong is said no longer once the file is mended or gone`() async throws {
        try await TrialSite.with { site in
            try await site.deploy("one")
            let journal = try await Journal.open(folder: site.state, clock: Clocks.system.wall)
            let complaints = Complaints()
            let exporter = TraceExporter(
                state: site.state, journal: journal, clocks: .system,
                log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, complaints: complaints
            ) { _, _ in }
            for mended in ["otlp: {url: \"https://127.0.0.1:9\"}\n", nil] {
                try site.writePrivate("otlp: {port: 1}\n", to: "state/traces.yaml")
                _ = await exporter.step()
                #expect(complaints.all.count == 1)
                if let mended {
                    try site.writePrivate(mended, to: "state/traces.yaml")
                } else {
                    try FileManager.default.removeItem(atPath: site.state + "/traces.yaml")
                }
                _ = await exporter.step()
                #expect(complaints.all.isEmpty, "\(mended ?? "gone")")
            }
            try await journal.close()
        }
    }

    @Test func `a collector that never takes anything holds nothing up, and what is refused is counted`() async throws {
        try await ScriptedServer.with({ _ in ScriptedServer.Reply(400) }) { server in
            try await TrialSite.with { site in
                try site.writeContent("one")
                try site.writePrivate(
                    "otlp: {url: \"\(server.address)\"}\nallow: [plainHTTP]\n", to: "state/traces.yaml")
                try await site.withDaemon {
                    try await site.wait { try await site.unit("web@dev")?["sync"] == "InSync" }
                    try site.writeContent("two")
                    try await site.wait { try await site.figure("trimtab_spans_total{result=\"dropped\"}") > 0 }
                    #expect(try await site.figure("trimtab_spans_total{result=\"sent\"}") == 0)
                }
            }
        }
    }
}
