// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// The guard at the door: finds plain secrets in the files of a repository.
package enum SecretGuard {
    /// Bytes of a file that is looked at; larger ones are no place where people write secrets.
    package static let limit = 1 << 20

    /// Whether something of this name is a secret, as it seems: `password`, `DB_PASSWORD`, `clientSecret`, `api-key`; not
    /// `passwordFile`, `secretName`, `tokenTTL`.
    package static func isSecretName(_ name: Text) -> Bool { ObjectScan.isSecretName(name) }

    /// What lies plain in one file, in the order of its lines. Each line and rule once.
    ///
    /// - Parameter isManifest: the file is YAML or JSON, whose fields are looked at, too.
    package static func findings(in bytes: [UInt8], file: Text, isManifest: Bool) -> [PlainSecret] {
        guard bytes.count <= limit else { return [] }
        var text = TextScan(file: file)
        text.scan(bytes)
        var findings = text.findings
        if isManifest, let documents = try? YAML.read(bytes, file: file) {
            for document in documents {
                var scan = ObjectScan(document, file: file)
                scan.scan()
                // What has a look of its own is named by that.
                findings += scan.findings
            }
        }
        var seen: Set<Line> = []
        return findings.sorted { ($0.line, $0.rule) < ($1.line, $1.rule) }.filter { finding in
            seen.insert(Line(number: finding.line, what: finding.rule == "password" ? finding.what : finding.rule))
                .inserted
        }
    }

    private struct Line: Hashable {
        var number: Int
        var what: Text
    }
}
