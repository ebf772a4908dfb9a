// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// The type of an object.
struct GroupVersionKind: Sendable, Hashable {
    var group: Text = ""
    var version: Text = ""
    var kind: Text = ""

    init(group: Text = "", version: Text = "", kind: Text = "") {
        self.group = group
        self.version = version
        self.kind = kind
    }

    init(apiVersion: Text, kind: Text) {
        (group, version) = Self.split(apiVersion: apiVersion)
        self.kind = kind
    }

    var apiVersion: Text { group.isEmpty ? version : "\(group)/\(version)" }

    /// `apps/v1` is a group and a version, `v1` a version.
    static func split(apiVersion: Text) -> (group: Text, version: Text) {
        let bytes = apiVersion.utf8
        if let slash = bytes.firstIndex(of: UInt8(ascii: "/")) {
            let string = apiVersion.string
            return (Text(String(string[..<slash])), Text(String(string[bytes.index(after: slash)...])))
        }
        // The old apiVersion of built-in plugins.
        return apiVersion == "builtin" ? (apiVersion, "") : ("", apiVersion)
    }

    /// Whether a pattern, whose empty fields mean anything, fits.
    func matches(_ pattern: GroupVersionKind) -> Bool {
        (pattern.kind.isEmpty || pattern.kind == kind) && (pattern.group.isEmpty || pattern.group == group)
            && (pattern.version.isEmpty || pattern.version == version)
    }

    var isClusterScoped: Bool { ClusterScope.contains(self) }
}

extension GroupVersionKind: CustomStringConvertible {
    /// `apps/v1 Deployment`; for people.
    var description: String {
        let version = apiVersion
        return version.isEmpty ? kind.string : "\(version) \(kind)"
    }
}
