// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Manifest
import Model

/// A check as SARIF 2.1.0 (OASIS), which code hosts show beside the lines of a change.
struct SARIFReport {
    var check: FleetCheck

    var value: Value {
        let rules = FleetCheck.Rule.allCases
        let driver: Value = [
            "name": "trimtab", "version": .string(Build.version),
            "rules": .array(
                rules.map { rule in
                    ["id": .string(Text(rule.rawValue)), "shortDescription": ["text": .string(Text(rule.summary))]]
                }),
        ]
        let run: Value = [
            "tool": ["driver": driver],
            "columnKind": "unicodeCodePoints",
            "results": .array(check.findings.map(result)),
        ]
        return [
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run],
        ]
    }

    private func result(_ finding: FleetCheck.Finding) -> Value {
        let problem = finding.problem
        let text = problem.reason.string + (problem.advice.map { " (\($0))" } ?? "")
        let index = FleetCheck.Rule.allCases.firstIndex(of: finding.rule) ?? 0
        return .fields([
            "ruleId": .string(Text(finding.rule.rawValue)), "ruleIndex": .number(Number(Int64(index))),
            "level": .string(Text(finding.level.rawValue)), "message": ["text": .string(Text(text))],
            // What is about the fleet as a whole is shown at its own file: viewers drop what has no place.
            "locations": [location(finding)],
            "partialFingerprints": ["trimtab/v1": .string(Text(fingerprint(finding).hex))],
        ])
    }

    private func location(_ finding: FleetCheck.Finding) -> Value {
        let problem = finding.problem
        let file = problem.file.isEmpty ? "fleet.yaml" : problem.file
        let region: Value? = problem.line.map { line in
            .fields([
                "startLine": .number(Number(Int64(line))),
                // In bytes only where the file could not be read once more.
                "startColumn": (finding.characterColumn ?? problem.column).map { .number(Number(Int64($0))) },
            ])
        }
        return [
            "physicalLocation": .fields([
                "artifactLocation": ["uri": .string(Self.uri(of: file)), "uriBaseId": "%SRCROOT%"], "region": region,
            ])
        ]
    }

    /// Without the line, so that what moves stays the same finding.
    private func fingerprint(_ finding: FleetCheck.Finding) -> Digest {
        ([
            .string(Text(finding.rule.rawValue)), .string(finding.problem.file), .string(finding.problem.reason),
        ] as Value).digest()
    }

    /// RFC 3986: everything but unreserved characters and slashes is escaped.
    private static func uri(of path: Text) -> Text {
        Text(
            path.utf8.map { byte -> String in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                    UInt8(ascii: "~"), UInt8(ascii: "/"):
                    String(UnicodeScalar(byte))
                default: "%" + Hex.encode([byte]).uppercased()
                }
            }.joined())
    }
}
