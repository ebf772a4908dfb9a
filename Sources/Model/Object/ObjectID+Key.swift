// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

extension ObjectID {
    /// The identity in one text, for records: `group/kind/namespace/name`.
    package var key: Text { Text("\(group)/\(kind)/\(namespace)/\(name)") }

    /// Reads what ``key`` writes; a name may hold further slashes.
    package init?(key: Text) {
        let parts = key.utf8.split(separator: UInt8(ascii: "/"), maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 4, let group = Text(utf8: parts[0]), let kind = Text(utf8: parts[1]),
            let namespace = Text(utf8: parts[2]), let name = Text(utf8: parts[3]), !kind.isEmpty, !name.isEmpty
        else { return nil }
        self.init(group: group.shared, kind: kind, namespace: namespace, name: name)
    }
}

extension Text {
    /// The same text; of groups that thousands of objects have, one copy serves all.
    package var shared: Text { Self.frequent.first { $0 == self } ?? self }

    /// Too long for what a text holds without an allocation.
    private static let frequent: [Text] = ["host.trimtab.dev", "networking.k8s.io", "rbac.authorization.k8s.io"]
}
