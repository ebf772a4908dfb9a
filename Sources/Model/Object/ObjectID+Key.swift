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
        self.init(group: group, kind: kind, namespace: namespace, name: name)
    }
}
