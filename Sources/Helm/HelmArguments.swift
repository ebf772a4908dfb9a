// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

/// The words of the command line of `helm template`.
struct HelmArguments {
    /// Where the chart lies in the private folder.
    static let folder = TreePath.root.appending("chart".utf8) ?? .root

    let words: [String]

    init(_ request: HelmRequest) throws(HelmError) {
        // Helm's own rule for names of releases.
        guard Self.isName(request.release, limit: 53, extra: [UInt8(ascii: ".")]) else {
            throw .refused(
                "\(request.release.quoted) is no name for a release",
                advice: "at most 53 lower-case letters, digits, dots and hyphens")
        }
        guard Self.isName(request.namespace, limit: 63) else {
            throw .refused("\(request.namespace.quoted) is no namespace", advice: "lower-case letters, digits, hyphens")
        }
        let capabilities = request.capabilities
        for text in [capabilities.kubernetes] + capabilities.apiVersions where !Self.isVersion(text) {
            throw .refused("\(text.quoted) is no version that a cluster can have", advice: "such as apps/v1 or 1.33.0")
        }
        // With "=", so that nothing is taken for a flag.
        words =
            ["template", "--include-crds", "--values=-", "--namespace=\(request.namespace)"]
            + ["--kube-version=\(capabilities.kubernetes)"] + capabilities.apiVersions.map { "--api-versions=\($0)" }
            + ["--", request.release.string, "chart"]
    }

    private static func isName(_ text: Text, limit: Int, extra: [UInt8] = []) -> Bool {
        (1...limit).contains(text.utf8.count) && text.utf8.first != UInt8(ascii: "-")
            && text.utf8.allSatisfy {
                isLetterOrDigit($0, capitals: false) || $0 == UInt8(ascii: "-") || extra.contains($0)
            }
    }

    private static func isVersion(_ text: Text) -> Bool {
        (1...253).contains(text.utf8.count) && text.utf8.first != UInt8(ascii: "-")
            && text.utf8.allSatisfy { isLetterOrDigit($0, capitals: true) || "-./+".utf8.contains($0) }
    }

    private static func isLetterOrDigit(_ byte: UInt8, capitals: Bool) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): capitals
        default: false
        }
    }
}
