// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

/// An absolute path on a host, as bytes, without empty, `.` and `..` components; at least one component.
struct HostPath: Hashable, Sendable {
    /// Beneath the root.
    let below: TreePath

    init?(_ text: Text) {
        let bytes = Array(text.utf8)
        guard bytes.first == UInt8(ascii: "/"), let below = TreePath(bytes.dropFirst()), !below.isRoot,
            below.components.allSatisfy({ $0.count <= 255 }), bytes.count < 4096
        else { return nil }
        self.below = below
    }

    init(below: TreePath) { self.below = below }

    var bytes: [UInt8] { [UInt8(ascii: "/")] + below.bytes }
    var name: [UInt8] { below.name ?? [] }
    var parent: TreePath { below.parent ?? .root }
    /// Paths come from manifests, which are UTF-8.
    var text: Text { Text(String(decoding: bytes, as: UTF8.self)) }
}
