// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Manifest
import Model

/// Content for those who compare and apply: what is encrypted in it is open.
struct OpenedContent: ContentProvider {
    let content: Content
    let resolver: any SecretResolver

    func digest(of unit: UnitID, at version: Version) async throws(ContentError) -> Digest? {
        try await content.digest(of: unit, at: version)
    }

    func render(_ unit: UnitID, at version: Version) async throws(ContentError) -> Rendered {
        try await open(try await content.render(unit, at: version), of: unit, at: version)
    }

    func load(
        _ digest: Digest, of unit: UnitID, at version: Version, only ids: Set<ObjectID>?
    ) async throws(ContentError) -> Rendered {
        try await open(try await content.load(digest, of: unit, at: version, only: ids), of: unit, at: version)
    }

    func blobs(of unit: UnitID, at version: Version) async throws(ContentError) -> any BlobReader {
        try await content.blobs(of: unit, at: version)
    }

    private func open(
        _ rendered: Rendered, of unit: UnitID, at version: Version
    ) async throws(ContentError) -> Rendered {
        guard rendered.all.contains(where: EncryptedObject.isPresent) else { return rendered }
        let objects = try await resolver.open(rendered.all, from: try await content.tree(of: unit, at: version))
        return Rendered(version: rendered.version, digest: rendered.digest, objects: objects)
    }
}
