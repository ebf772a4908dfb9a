// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Engine
package import Manifest
package import Model
import Synchronization

/// The in-memory twin of Git and the renderers: content by version, and what was rendered before.
package final class MemoryContent: ContentProvider {
    private struct State {
        var versions: [UnitID: [Version: Rendered]] = [:]
        var digests: [Digest: Rendered] = [:]
        var renders = 0
        var objects = 0
        var questions = 0
    }

    private let state = Mutex(State())

    package init() {}

    /// How often something was rendered.
    package var renders: Int { state.withLock { $0.renders } }

    /// Objects that were handed out.
    package var objects: Int { state.withLock { $0.objects } }

    /// How often it was asked what something renders to.
    package var questions: Int { state.withLock { $0.questions } }

    package func digest(of unit: UnitID, at version: Version) async throws(ContentError) -> Digest? {
        state.withLock { state in
            state.questions += 1
            return state.versions[unit]?[version]?.digest
        }
    }

    /// Declares what a unit is at a new version, by object name, and returns the version.
    package func commit(_ objects: [Text: Value], of unit: UnitID) -> Version {
        commit(
            objects.sorted { $0.key < $1.key }.map { name, value in
                DesiredObject(
                    id: object(name), apiVersion: "host.trimtab.dev/v1alpha1", manifest: value,
                    wave: value["wave"]?.intValue.map { Int($0) } ?? 0, blobs: [], origin: "test.yaml:1",
                    digest: value.digest())
            }, of: unit)
    }

    /// The same with objects of any kind.
    package func commit(_ desired: [DesiredObject], of unit: UnitID) -> Version {
        let digest = Value.array(desired.map { [Value($0.id.key), Value($0.digest)] }).digest()
        return state.withLock { state in
            let number = UInt32(truncatingIfNeeded: state.versions[unit, default: [:]].count + 1)
            let bytes = [UInt8](repeating: 0, count: 16) + withUnsafeBytes(of: number.bigEndian) { Array($0) }
            let version = Version(fleet: nil, source: GitID(bytes: bytes).map(CommitID.init))
            let rendered = Rendered(version: version, digest: digest, objects: desired)
            state.versions[unit, default: [:]][version] = rendered
            state.digests[digest] = rendered
            return version
        }
    }

    package func render(_ unit: UnitID, at version: Version) async throws(ContentError) -> Rendered {
        let rendered = state.withLock { state in
            state.renders += 1
            state.objects += state.versions[unit]?[version]?.all.count ?? 0
            return state.versions[unit]?[version]
        }
        guard let rendered else { throw ContentError("no such version of \(unit)") }
        return rendered
    }

    package func load(
        _ digest: Digest, of unit: UnitID, at version: Version, only ids: Set<ObjectID>?
    ) async throws(ContentError) -> Rendered {
        guard var rendered = state.withLock({ $0.digests[digest] }) else { throw ContentError("not rendered before") }
        if let ids {
            rendered.objects.removeAll { !ids.contains($0.id) }
            rendered.hooks = []
        }
        let loaded = rendered.all.count
        state.withLock { $0.objects += loaded }
        return rendered
    }

    package func blobs(of unit: UnitID, at version: Version) async throws(ContentError) -> any BlobReader {
        MemoryTree()
    }
}

/// The in-memory twin of the journal's writer.
package final class MemoryRecorder: EventRecorder {
    private let events = Mutex<[Event]>([])
    private let wall: @Sendable () -> Time

    package init(wall: @escaping @Sendable () -> Time = { Time(nanoseconds: 0) }) { self.wall = wall }

    package var recorded: [Event] { events.withLock { $0 } }

    package func record(_ drafts: [EventDraft]) async throws -> [Event] {
        events.withLock { events in
            let new = drafts.enumerated().map { index, draft in
                let sequence = UInt64(events.count + index + 1)
                return Event(
                    id: EventID(writer: "memory", incarnation: 0, sequence: sequence), time: wall(), draft: draft)
            }
            events += new
            return new
        }
    }
}
