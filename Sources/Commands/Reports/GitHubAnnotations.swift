// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Manifest

/// A check as workflow commands of GitHub Actions, which show it beside the lines of a change:
/// `::error file=a.yaml,line=3,col=5,title=render::reason`. Values are escaped as the runner's own toolkit does it.
struct GitHubAnnotations {
    var check: FleetCheck

    var text: String {
        let findings = check.findings.map { finding in
            let problem = finding.problem
            var properties: [String] = []
            if !problem.file.isEmpty { properties.append("file=\(Self.property(problem.file.string))") }
            if let line = problem.line { properties.append("line=\(line)") }
            if let column = problem.column { properties.append("col=\(column)") }
            properties.append("title=\(Self.property("trimtab: \(finding.rule.rawValue)"))")
            let message = problem.reason.string + (problem.advice.map { " (\($0))" } ?? "")
            return "::\(finding.level.rawValue) \(properties.joined(separator: ","))::\(Self.data(message))\n"
        }
        let notices = check.notices.map { "::notice title=trimtab::\(Self.data($0.string))\n" }
        return (findings + notices).joined()
    }

    private static func data(_ text: String) -> String {
        escaped(text, [UInt8(ascii: "%"), UInt8(ascii: "\r"), UInt8(ascii: "\n")])
    }

    private static func property(_ text: String) -> String {
        escaped(
            text, [UInt8(ascii: "%"), UInt8(ascii: "\r"), UInt8(ascii: "\n"), UInt8(ascii: ":"), UInt8(ascii: ",")])
    }

    /// By bytes: a line break may hide in one character with what stands before it.
    private static func escaped(_ text: String, _ special: [UInt8]) -> String {
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            if special.contains(byte) {
                bytes += ("%" + Hex.encode([byte]).uppercased()).utf8
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
