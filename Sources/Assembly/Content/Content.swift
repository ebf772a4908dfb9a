// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Fleet
import Manifest
import Model
import Rendering

/// Renders units from their repositories, and keeps what was rendered.
actor Content: ContentProvider {
    private var units: [UnitID: (spec: UnitSpec, repository: Repository)] = [:]
    private let cache: StateCache
    private let meters: Meters

    init(cache: StateCache, meters: Meters) {
        self.cache = cache
        self.meters = meters
    }

    func install(_ units: [UnitID: (spec: UnitSpec, repository: Repository)]) {
        self.units.merge(units) { _, new in new }
    }

    private func find(_ unit: UnitID) throws(ContentError) -> (spec: UnitSpec, repository: Repository) {
        guard let found = units[unit] else { throw ContentError("\(unit) is not declared any more") }
        return found
    }

    func render(_ unit: UnitID, at version: Version) async throws(ContentError) -> Rendered {
        let (spec, repository) = try find(unit)
        let request = Self.request(spec, version)
        do {
            if let request, let digest = try await cache.render(for: request, of: unit),
                let objects = try await cache.objects(of: digest, only: nil)
            {
                return Rendered(version: version, digest: digest, objects: objects)
            }
            let tree = try await repository.tree(of: version.source).reader
            let place = Self.place(spec)
            for (trace, digest) in try await cache.traces(of: unit, from: place) where try await trace.holds(in: tree) {
                guard let objects = try await cache.objects(of: digest, only: nil) else { continue }
                meters.rendered(.reused)
                if let request {
                    try await cache.keep(objects, as: digest, for: request, of: unit, from: place, reading: trace)
                }
                return Rendered(version: version, digest: digest, objects: objects)
            }
            let output = try await PlainRenderer.render(tree, path: spec.path).placed(in: spec.namespace)
            meters.rendered(.done)
            // A folder has no commit to know it by: its content is kept under what it renders to.
            try await cache.keep(
                output.objects, as: output.digest, for: request ?? output.digest, of: unit, from: place,
                reading: output.trace)
            return Rendered(version: version, digest: output.digest, objects: output.objects)
        } catch {
            meters.rendered(.failed)
            throw ContentError(Text("\(error)"))
        }
    }

    func load(
        _ digest: Digest, of unit: UnitID, at version: Version, only ids: Set<ObjectID>?
    ) async throws(ContentError) -> Rendered {
        do {
            if let objects = try await cache.objects(of: digest, only: ids) {
                return Rendered(version: version, digest: digest, objects: objects)
            }
        } catch {
            throw ContentError("what was rendered before cannot be read: \(error)")
        }
        var rendered = try await render(unit, at: version)
        guard rendered.digest == digest else {
            throw ContentError("the content of \(version) cannot be made again: it renders to something else now")
        }
        if let ids { rendered.objects.removeAll { !ids.contains($0.id) } }
        return rendered
    }

    func blobs(of unit: UnitID, at version: Version) async throws(ContentError) -> any BlobReader {
        // What left the fleet is only deleted, for which nothing is read.
        guard let known = units[unit] else { return NoBlobs() }
        return known.repository.blobs
    }

    /// The version that a branch, tag or commit stands for.
    func version(_ revision: Text, of unit: UnitID) async throws -> Version {
        Version(fleet: nil, source: try await find(unit).repository.resolve(revision: revision))
    }

    /// What a render depends on; `nil` for a plain folder.
    private static func request(_ spec: UnitSpec, _ version: Version) -> Digest? {
        version.source.map { ([Value($0.hex), Value(place(spec))] as Value).digest() }
    }

    /// What is rendered of a tree, and into which namespace.
    private static func place(_ spec: UnitSpec) -> Text {
        spec.namespace.map { "\(spec.path) in \($0)" } ?? "\(spec.path)"
    }
}

/// Of a unit that is not declared any more.
private struct NoBlobs: BlobReader {
    func stream(_ blob: BlobReference, _ body: (ArraySlice<UInt8>) throws -> Void) async throws {
        throw ContentError("\(blob.path) belongs to an application that is not declared any more")
    }
}
