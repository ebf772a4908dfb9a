// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import Manifest
import Model
import TestSupport
import Testing

@testable import KubernetesTarget

/// The cases of kstatus and of Argo CD. Where they are not followed stands here by name; docs/health.md says why.
@Suite struct HealthCorpusTests {
    private static let now = Time(parsing: "2026-01-01T00:00:00Z") ?? Time(nanoseconds: 0)

    /// Case and what it is here.
    private static let deliberate: [String: Health] = [
        // A container that serves is well, whatever its restart policy; Argo CD takes it for a hook.
        "builtin/pod-running-restart-never.yaml": .healthy,
        // One that crashes again and again does not come right by waiting.
        "builtin/pod-running-restart-onfailure.yaml": .degraded,
        "builtin/pod-running-restart-never-hook-with-ignore-annotation.yaml": .healthy,
        // Clusters without an ingress controller that writes addresses are common.
        "builtin/ingress-unassigned.yaml": .healthy,
        // A Pod that failed does not do its work.
        "kstatus/Pod__podCompletedFailed.yaml": .degraded,
        // Whoever uses a load balancer needs its address.
        "kstatus/Service__serviceLBok.yaml": .progressing,
        // Whoever waits for a Job waits for its end.
        "kstatus/Job__jobInProgress.yaml": .progressing,
    ]

    private func cases(_ folder: String) throws -> [(name: String, object: Value, status: String)] {
        let root = try #require(Corpora.folder("health/\(folder)"))
        let table = try JSON.read(Array(try Data(contentsOf: root.appending(path: "expected.json"))))
        return try (table.arrayValue ?? []).compactMap { row in
            guard let file = row["file"]?.stringValue?.string, let status = row["status"]?.stringValue?.string else {
                return nil
            }
            let text = try String(contentsOf: root.appending(path: file), encoding: .utf8)
                .replacing("@NOW@", with: "2026-01-01T00:00:00Z")
            guard let object = try Self.read(text) else { return nil }
            return ("\(folder)/\(file)", object, status)
        }
    }

    /// Some cases have a key twice, which we refuse and their projects do not: the second one is passed over.
    private static func read(_ text: String) throws -> Value? {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        func indent(_ line: Substring) -> Int { line.prefix { $0 == " " }.count }
        while true {
            do throws(ReadingError) {
                return try YAML.read(Array(lines.joined(separator: "\n").utf8)).first?.value
            } catch {
                guard error.reason.contains("duplicate key"), let line = error.position?.line, lines.count >= line
                else {
                    throw error
                }
                let depth = indent(lines[line - 1])
                var end = line
                while end < lines.count,
                    lines[end].isEmpty || indent(lines[end]) > depth
                        || lines[end].hasPrefix(String(repeating: " ", count: depth) + "- ")
                { end += 1 }
                lines.removeSubrange(line - 1..<end)
            }
        }
    }

    @Test(arguments: ["builtin", "kstatus"])
    func `is as well as the tables say, but for what differs by choice`(folder: String) throws {
        let meanings: [String: Set<Health>] = [
            "Healthy": [.healthy], "Progressing": [.progressing], "Degraded": [.degraded], "Suspended": [.suspended],
            "Missing": [.missing], "Unknown": [.unknown], "Current": [.healthy, .suspended],
            "InProgress": [.progressing], "Failed": [.degraded],
        ]
        let cases = try cases(folder)
        #expect(cases.count > 35)
        for (name, object, status) in cases {
            let found = ObjectHealth.report(of: object, now: Self.now)
            let wanted = Self.deliberate[name].map { [$0] } ?? meanings[status] ?? []
            #expect(wanted.contains(found.health), "\(name) is \(found), not \(status)")
            if found.health != .healthy { #expect(!found.reason.isEmpty, "\(name) has no reason") }
        }
    }

    /// Kinds of others: only what follows the conventions can be right. Counted, so that a change is seen.
    @Test func `knows how many objects of others do as far as their conditions tell`() throws {
        var right = 0
        let cases = try cases("argocd")
        for (_, object, status) in cases
        where ObjectHealth.report(of: object, now: Self.now).health.rawValue == status { right += 1 }
        #expect((right, cases.count) == (301, 841), "\(right) of \(cases.count): docs/health.md says it, too")
    }
}
