// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Manifest
import Model
import Synchronization
import TestSupport
import Testing

@testable import Commands

/// What a check looks like for code hosts.
@Suite struct CheckOutputTests {
    private var check: FleetCheck {
        FleetCheck(
            fleet: nil,
            findings: [
                .init(
                    .render, Problem(file: "web/a b,c:é.yaml", line: 3, column: 5, reason: "100 % wrong\nand more")),
                .init(.retiredAPI, Problem(reason: "old", advice: "write v1"), level: .warning),
            ], notices: ["by the way"])
    }

    @Test func `annotations of GitHub are escaped`() {
        #expect(
            GitHubAnnotations(check: check).text == """
                ::error file=web/a b%2Cc%3Aé.yaml,line=3,col=5,title=trimtab%3A render::100 %25 wrong%0Aand more
                ::warning title=trimtab%3A retired-api::old (write v1)
                ::notice title=trimtab::by the way

                """)
    }

    @Test func `SARIF names rules, levels and places`() throws {
        let value = SARIFReport(check: check).value
        #expect(value["version"] == "2.1.0")
        let run = try #require(value["runs"]?.arrayValue?.first)
        let rules = try #require(run["tool"]?["driver"]?["rules"]?.arrayValue)
        let results = try #require(run["results"]?.arrayValue)
        for result in results {
            let index = try #require(result["ruleIndex"]?.intValue)
            #expect(rules[Int(index)]["id"] == result["ruleId"])
        }
        #expect(results.map { $0["level"] } == ["error", "warning"])
        let place = results[0]["locations"]?.arrayValue?.first?["physicalLocation"]
        #expect(place?["artifactLocation"]?["uri"] == "web/a%20b%2Cc%3A%C3%A9.yaml")
        #expect(place?["region"] == ["startLine": 3, "startColumn": 5])
        var counted = check
        counted.findings[0].characterColumn = 4
        let characters = SARIFReport(check: counted).value["runs"]?.arrayValue?.first
        #expect(characters?["columnKind"] == "unicodeCodePoints")
        let region = characters?["results"]?.arrayValue?.first?["locations"]?.arrayValue?.first?["physicalLocation"]
        #expect(region?["region"] == ["startLine": 3, "startColumn": 4])
        let whole = results[1]["locations"]?.arrayValue?.first?["physicalLocation"]
        #expect(whole?["artifactLocation"]?["uri"] == "fleet.yaml")
        #expect(results[1]["message"]?["text"] == "old (write v1)")
    }
}
