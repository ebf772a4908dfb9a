// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// A group of the API in one version: `apps/v1`; the core group is empty, `v1`.
package struct GroupVersion: Sendable, Hashable {
    package var group: Text
    package var version: Text

    package init(group: Text, version: Text) {
        self.group = group
        self.version = version
    }

    /// As objects write it in `apiVersion`; `nil` for what is none.
    package init?(apiVersion: Text) {
        let parts = apiVersion.string.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), parts.allSatisfy({ !$0.isEmpty }) else { return nil }
        version = Text(String(Substring(parts[parts.count - 1])))
        group = parts.count == 2 ? Text(String(Substring(parts[0]))) : ""
    }

    package var apiVersion: Text { group.isEmpty ? version : Text("\(group)/\(version)") }
}

extension GroupVersion: CustomStringConvertible {
    package var description: String { apiVersion.string }
}

/// A kind in one version of the API: what an object says of itself.
package struct GroupVersionKind: Sendable, Hashable {
    package var group: Text
    package var version: Text
    package var kind: Text

    package init(group: Text, version: Text, kind: Text) {
        self.group = group
        self.version = version
        self.kind = kind
    }

    package init(_ groupVersion: GroupVersion, kind: Text) {
        self.init(group: groupVersion.group, version: groupVersion.version, kind: kind)
    }

    /// What an object says of itself in `apiVersion` and `kind`; `nil` when it does not.
    package init?(of object: Value) {
        guard let version = object["apiVersion"]?.stringValue, let parsed = GroupVersion(apiVersion: version),
            let kind = object["kind"]?.stringValue, !kind.isEmpty
        else { return nil }
        self.init(parsed, kind: kind)
    }

    package var groupVersion: GroupVersion { GroupVersion(group: group, version: version) }
}

extension GroupVersionKind: CustomStringConvertible {
    /// `apps/v1 Deployment`
    package var description: String { "\(groupVersion) \(kind)" }
}
