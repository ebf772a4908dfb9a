// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Fleet
import Manifest
import Model

/// Content for those who compare and apply: what is encrypted in it is open, and what lies in stores is filled in.
struct OpenedContent: ContentProvider {
    let content: Content
    let resolver: any SecretResolver

    func digest(of unit: UnitID, at version: Version) async throws(ContentError) -> Digest? {
        try await content.digest(of: unit, at: version.inGit)
    }

    func render(_ unit: UnitID, at version: Version) async throws(ContentError) -> Rendered {
        try await open(try await content.render(unit, at: version.inGit), of: unit)
    }

    func load(
        _ digest: Digest, of unit: UnitID, at version: Version, only ids: Set<ObjectID>?
    ) async throws(ContentError) -> Rendered {
        let loaded = try await content.load(digest, of: unit, at: version.inGit, only: ids)
        guard let ids, loaded.all.contains(where: Rolling.isWished) else { return try await open(loaded, of: unit) }
        // What a workload is marked with comes from its neighbours.
        let whole = try await content.load(digest, of: unit, at: version.inGit, only: nil)
        var opened = try await open(whole, of: unit)
        opened.objects.removeAll { !ids.contains($0.id) }
        opened.hooks = []
        return opened
    }

    func hooks(of digest: Digest, of unit: UnitID, at version: Version) async throws(ContentError) -> Rendered {
        try await open(try await content.hooks(of: digest, of: unit, at: version.inGit), of: unit)
    }

    func blobs(of unit: UnitID, at version: Version) async throws(ContentError) -> any BlobReader {
        try await content.blobs(of: unit, at: version)
    }

    private func open(_ rendered: Rendered, of unit: UnitID) async throws(ContentError) -> Rendered {
        guard rendered.all.contains(where: resolver.concerns) else { return rendered }
        let reader = SecretReader(
            unit: unit, of: try await content.project(of: unit), grants: await content.grants(of: unit),
            tree: try await content.tree(of: unit, at: rendered.version),
            blobs: try await content.blobs(of: unit, at: rendered.version))
        let opened = try await resolver.open(rendered.all, for: reader)
        var version = rendered.version
        for access in opened.accesses where access.isFromStore {
            // One path may be read at its newest and at fixed versions.
            let others = version.secrets[access.place].map { "\($0), " } ?? ""
            version.secrets[access.place] = "\(Text(others))\(access.version)"
        }
        return Rendered(
            version: version, digest: rendered.digest, objects: Rolling.marked(opened.objects), secrets: opened.accesses
        )
    }
}
