// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// Where the content of units comes from: Git and the renderers, with what was rendered before kept beside them.
package protocol ContentProvider: Sendable {
    /// What a unit declares at a version of the present fleet. Cheap when nothing that it reads has changed.
    func render(_ unit: UnitID, at version: Version) async throws(ContentError) -> Rendered

    /// What a unit renders to at a version, where that is known without rendering or reading objects. `nil` otherwise,
    /// and always for what may be kept nowhere.
    func digest(of unit: UnitID, at version: Version) async throws(ContentError) -> Digest?

    /// Content that was rendered before, by its digest: all of it, or only some objects.
    func load(
        _ digest: Digest, of unit: UnitID, at version: Version, only ids: Set<ObjectID>?
    ) async throws(ContentError) -> Rendered

    /// What of content that was rendered before is run around the deletion of its unit, and nothing that is kept.
    func hooks(of digest: Digest, of unit: UnitID, at version: Version) async throws(ContentError) -> Rendered

    /// Streams the files that the objects of a version name.
    func blobs(of unit: UnitID, at version: Version) async throws(ContentError) -> any BlobReader
}

extension ContentProvider {
    package func hooks(of digest: Digest, of unit: UnitID, at version: Version) async throws(ContentError) -> Rendered {
        var rendered = try await load(digest, of: unit, at: version, only: nil)
        rendered.objects = []
        return rendered
    }
}

/// A unit's content cannot be had, and why: which file, which line, what to do.
package struct ContentError: Error, Sendable, Hashable, CustomStringConvertible {
    package var reason: Text
    /// Whether nothing is wrong with the content, and what it needs is only away just now.
    package var isPassing: Bool

    package init(_ reason: Text, isPassing: Bool = false) {
        self.reason = reason
        self.isPassing = isPassing
    }

    package var description: String { reason.string }
}

/// Writes to the journal: durable when it returns, and in the order given.
package protocol EventRecorder: Sendable {
    func record(_ drafts: [EventDraft]) async throws -> [Event]
}
