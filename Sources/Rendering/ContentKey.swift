// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// What rendered content is kept under: what it says, and where it was read.
///
/// A render digest says the first alone, and is the same for a file that was moved and for two units with files alike.
/// What is encrypted is opened from the file that it stands in, so such contents must not be taken for each other.
package struct ContentKey: Sendable, Hashable {
    package let digest: Digest

    /// - Parameter digest: of a key that was made before.
    package init(digest: Digest) { self.digest = digest }

    /// - Parameter render: the digest of the render.
    package init(_ objects: [DesiredObject], as render: Digest) {
        let places = objects.map { object -> Value in
            .array(
                [.string(ObjectOrigin(object.origin).file)]
                    + object.blobs.map { .string(Text(Hex.encode($0.path.bytes))) })
        }
        digest = ([Value(render), .array(places)] as Value).digest()
    }
}
