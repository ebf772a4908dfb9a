// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Crypto
package import Manifest

/// A secret that lies in Git for all to read: which rule says so, and where. Never the value.
package struct PlainSecret: Sendable, Hashable {
    /// `private-key`, `github-token`, `kubernetes-secret` …
    package var rule: Text
    package var file: Text
    /// 1-based.
    package var line: Int
    /// For people: `a private key`, or with the field: `data.password of a Secret`.
    package var what: Text
    /// Tells this finding from others of the rule in the file, whatever line it moves to. For a baseline.
    package var fingerprint: Text

    init(rule: Text, file: Text, line: Int, what: Text, value: some Sequence<UInt8>) {
        self.rule = rule
        self.file = file
        self.line = line
        self.what = what
        let parts = Array("\(rule)\0\(file)\0".utf8) + Array(value)
        fingerprint = Text(Hex.encode(Array(SHA256.hash(data: parts)).prefix(8)))
    }
}

/// Findings that were looked at and accepted: `secrets-baseline.yaml` beside `fleet.yaml`.
package struct GuardBaseline: Sendable {
    package static let fileName: Text = "secrets-baseline.yaml"

    private let accepted: Set<Text>

    package init() { accepted = [] }

    package init(_ bytes: [UInt8]) throws(SecretsError) {
        do throws(ReadingError) {
            let budget = Budget(bytes: 4 << 20, depth: 8, nodes: 200_000, documents: 1)
            let value = try YAML.read(bytes, file: Self.fileName, budget: budget, keys: .asWritten).first?.value
            accepted = Set((value?["accepted"]?.arrayValue ?? []).compactMap { $0["fingerprint"]?.stringValue })
        } catch {
            throw SecretsError(.malformed, error.description)
        }
    }

    package func accepts(_ finding: PlainSecret) -> Bool { accepted.contains(finding.fingerprint) }

    /// A file that accepts all of them.
    package static func accepting(_ findings: [PlainSecret]) -> [UInt8] {
        let head = """
            # Plain secrets in this repository that were looked at and accepted. "trimtab validate" passes over them.

            """
        let rows = findings.map { finding -> Value in
            ["rule": .string(finding.rule), "file": .string(finding.file), "fingerprint": .string(finding.fingerprint)]
        }
        return Array(head.utf8) + YAML.write(["accepted": .array(rows)])
    }
}
