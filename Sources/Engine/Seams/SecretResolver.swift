// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Fleet
package import Model

/// Opens what is encrypted in rendered objects, and puts into them what they refer to, just before they are compared
/// and applied. What was rendered, and is kept and shown, stays encrypted.
package protocol SecretResolver: Sendable {
    /// Cheap: it is asked of every object of every render.
    func concerns(_ object: DesiredObject) -> Bool

    /// The same objects in their order; each that holds something encrypted, or refers to something, has it as secret
    /// leaves, or as its ``DesiredObject/opened``. Digests are those of the encrypted content, and of the versions of
    /// what is referred to.
    func open(_ objects: [DesiredObject], for reader: SecretReader) async throws(ContentError) -> OpenedObjects
}

/// For whom something is opened.
package struct SecretReader: Sendable {
    package var unit: UnitID
    /// Whose keys may open what it reads.
    package var project: ProjectName
    /// What it may read of stores.
    package var grants: [SecretGrant]
    /// What the objects were rendered from.
    package var tree: any TreeReader
    /// Whence the files come that they name.
    package var blobs: any BlobReader

    package init(
        unit: UnitID, of project: ProjectName, grants: [SecretGrant], tree: any TreeReader, blobs: any BlobReader
    ) {
        self.unit = unit
        self.project = project
        self.grants = grants
        self.tree = tree
        self.blobs = blobs
    }
}

package struct OpenedObjects: Sendable {
    package var objects: [DesiredObject]
    /// What was read for them, in any order.
    package var accesses: [SecretAccess]

    package init(objects: [DesiredObject], accesses: [SecretAccess]) {
        self.objects = objects
        self.accesses = accesses
    }
}
