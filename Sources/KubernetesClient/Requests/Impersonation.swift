// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// As whom requests are made, when not as who the connection belongs to. The server must allow the connection's
/// identity to impersonate.
package struct Impersonation: Sendable, Hashable {
    package var user: Text
    package var groups: [Text]
    package var extra: [Text: [Text]]

    package init(user: Text, groups: [Text] = [], extra: [Text: [Text]] = [:]) {
        self.user = user
        self.groups = groups
        self.extra = extra
    }

    /// A service account. The server adds the groups of every service account by itself, so that whoever impersonates
    /// needs no right to impersonate groups.
    package static func serviceAccount(namespace: Text, name: Text) -> Impersonation {
        Impersonation(user: "system:serviceaccount:\(namespace):\(name)")
    }

    /// The headers of a request, names as Kubernetes has them. Keys of `extra` are percent-encoded, as it expects.
    var headers: [(name: String, value: String)] {
        var headers = [("Impersonate-User", user.string)]
        headers += groups.map { ("Impersonate-Group", $0.string) }
        for (key, values) in extra.sorted(by: { $0.key < $1.key }) {
            headers += values.map { ("Impersonate-Extra-" + RequestPath.encode(key), $0.string) }
        }
        return headers
    }
}
