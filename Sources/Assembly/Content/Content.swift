// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Fleet
import Manifest
import Model
import Rendering

/// Renders units from their repositories, and keeps what was rendered: in memory within a budget, and sealed on the disk.
actor Content: ContentProvider {
    struct Declared: Sendable {
        var spec: UnitSpec
        @Apart var repository: Repository
        /// The version that the unit should be at.
        var newest: Version

        /// - Parameter repository: shared by all units that lie in it.
        init(_ spec: UnitSpec, from repository: Apart<Repository>, newest: Version) {
            self.spec = spec
            _repository = repository
            self.newest = newest
        }
    }

    private var units = DenseTable<UnitID, Declared>()
    private var index = RenderIndex()
    private var memory = RenderMemory(budget: 32 << 20)
    private var lately = LateRenders()
    /// The last render of each unit that may be kept in memory alone.
    private var tainted: [UnitID: (render: Digest, source: CommitID?, content: ContentKey)] = [:]
    /// What charts may ask of the targets, as it is on record.
    private var capabilities: [TargetName: Capabilities] = [:]
    private let cache: StateCache
    private let renderers: Renderers
    private let meters: Meters
    private var base: BaseFinder?

    /// Finds what an address means for the applications of a project: at a commit, or where it stands now.
    typealias BaseFinder =
        @Sendable (_ address: Text, ProjectName, CommitID?) async -> Result<RemoteTrees.Found, RemoteTrees.Refusal>

    init(cache: StateCache, renderers: Renderers, meters: Meters) {
        self.cache = cache
        self.renderers = renderers
        self.meters = meters
    }

    /// Who knows the trees of other repositories.
    func find(basesBy finder: @escaping BaseFinder) { base = finder }

    /// The bases that a version was made from, and where it does not say, as they stand now.
    private func remotes(of spec: UnitSpec, at version: Version) -> RemoteTrees {
        guard let base else { return .none }
        return RemoteTrees { address in await base(address, spec.project, version.bases[address]) }
    }

    /// The units that read a base in another repository, by what is followed there.
    func units(readingBase base: Text) -> Set<UnitID> { index.units(readingBase: base) }

    /// Those that a move of it may change; `nil` when that cannot be told.
    func units(readingBase base: Text, in repository: Repository, from old: CommitID, to new: CommitID) async
        -> Set<UnitID>?
    {
        guard let delta = try? await repository.delta(from: old, to: new) else { return nil }
        return index.units(readingBase: base, touchedBy: delta)
    }

    /// Takes in units that are new, or that are to be rendered in another way or from another commit.
    func install(_ units: [UnitID: Declared]) {
        for (unit, declared) in units {
            if let before = self.units[unit], before.newest == declared.newest,
                before.spec.digest == declared.spec.digest, before.repository.isSame(as: declared.repository)
            {
                continue
            }
            self.units[unit] = declared
            lately.change(CollectionOfOne(unit))
            index.forget(unit, in: Following(declared.spec))
        }
    }

    /// From here on charts are rendered with what these targets say of themselves. Gives the units that this may change.
    func note(_ capabilities: [TargetName: Capabilities]) -> [UnitID] {
        let changed = Set(capabilities.filter { self.capabilities[$0.key] != $0.value }.keys)
        self.capabilities = capabilities
        guard !changed.isEmpty else { return [] }
        let concerned = units.lazy.filter { unit, declared in
            changed.contains(unit.target) && declared.spec.rendering.kind != .plain
        }.map(\.key).sorted()
        lately.change(concerned)
        return concerned
    }

    /// The units that a move of what they follow from one commit to another may change; `nil` when that cannot be told.
    func units(of following: Following, in repository: Repository, from old: CommitID, to new: CommitID) async
        -> Set<UnitID>?
    {
        do {
            guard let delta = try await repository.delta(from: old, to: new) else { return nil }
            var (touched, unsure) = index.units(of: following, touchedBy: delta)
            guard !unsure.isEmpty else { return touched }
            let tree = try await repository.tree(of: new).reader
            for (unit, trace) in unsure where await !trace.holds(in: tree) { touched.insert(unit) }
            return touched
        } catch {
            return nil
        }
    }

    /// Only what the newest version read tells what a commit after it may change.
    private func note(_ trace: Trace, of unit: UnitID, at version: Version) {
        if units[unit]?.newest == version { index.note(trace, of: unit) }
    }

    func find(_ unit: UnitID) throws(ContentError) -> Declared {
        guard let found = units[unit] else { throw ContentError("\(unit) is not declared any more") }
        return found
    }

    func digest(of unit: UnitID, at version: Version) async throws(ContentError) -> Digest? {
        _ = try find(unit)
        if let known = lately.render(of: unit, at: version) { return known.digest }
        do { return try await kept(unit, at: version)?.render.render } catch { throw ContentError(Text("\(error)")) }
    }

    /// What a version was rendered to before, what that read, and the version with its bases; `nil` when it was not, or
    /// may be something else now.
    func kept(_ unit: UnitID, at version: Version) async throws -> (render: StateCache.KeptRender, version: Version)? {
        let (spec, epoch) = (try find(unit).spec, lately.epoch)
        guard cache.mayHoldRenders(of: unit) else { return nil }
        let remotes = remotes(of: spec, at: version)
        let keys = keys(input(of: unit, spec.rendering, spec.namespace), of: unit, at: version)
        for key in keys.all {
            guard let kept = try await cache.render(for: key),
                let bases = await kept.trace.commits(beside: remotes)
            else { continue }
            note(kept.trace, of: unit, at: version)
            if !keys.isOfChart(key) {
                lately.note(kept.render, kept.content, of: unit, at: version, reading: kept.trace, since: epoch)
            }
            return (kept, version.with(bases))
        }
        return nil
    }

    func render(_ unit: UnitID, at version: Version) async throws(ContentError) -> Rendered {
        let declared = try find(unit)
        let (spec, repository, epoch) = (declared.spec, declared.repository, lately.epoch)
        do {
            if let known = lately.render(of: unit, at: version), let objects = try await objects(of: known.content) {
                return Rendered(version: version.with([:]), digest: known.digest, objects: objects)
            }
            if let (kept, version) = try await kept(unit, at: version),
                let objects = try await objects(of: kept.content)
            {
                return Rendered(version: version, digest: kept.render, objects: objects)
            }
            let request = input(of: unit, spec.rendering, spec.namespace)
            let keys = keys(request, of: unit, at: version)
            let remotes = remotes(of: spec, at: version)
            let tree = try await repository.tree(of: version.source).reader
            for key in cache.mayHoldRenders(of: unit) ? keys.all : [] {
                for kept in try await cache.renders(like: key) where await kept.trace.holds(in: tree) {
                    guard let bases = await kept.trace.commits(beside: remotes),
                        let objects = try await objects(of: kept.content)
                    else { continue }
                    meters.rendered(.reused)
                    note(kept.trace, of: unit, at: version)
                    if !keys.isOfChart(key) {
                        lately.note(kept.render, kept.content, of: unit, at: version, reading: kept.trace, since: epoch)
                    }
                    if key.request != nil {
                        try await cache.keep(objects, as: kept.render, for: key, reading: kept.trace)
                    }
                    return Rendered(version: version.with(bases), digest: kept.render, objects: objects)
                }
            }
            let output = try await renderers.render(request, in: tree, beside: remotes)
            meters.rendered(.done)
            note(output.trace, of: unit, at: version)
            let content = ContentKey(output.objects, as: output.digest)
            memory.keep(output.objects, as: content)
            if output.isTainted {
                tainted[unit] = (output.digest, version.source, content)
            } else {
                if !output.isOfChart {
                    lately.note(output.digest, content, of: unit, at: version, reading: output.trace, since: epoch)
                }
                let key = output.isOfChart ? keys.chart : keys.other
                try await cache.keep(output.objects, as: output.digest, for: key, reading: output.trace)
            }
            return Rendered(version: version.with(output.bases), digest: output.digest, objects: output.objects)
        } catch {
            meters.rendered(.failed)
            throw ContentError(Text("\(error)"))
        }
    }

    /// What a unit would render to in another way, without keeping it.
    func output(of unit: UnitID, _ spec: RenderSpec, at version: Version) async throws(ContentError) -> RenderOutput {
        let declared = try find(unit)
        do {
            let tree = try await declared.repository.tree(of: version.source).reader
            return try await renderers.render(
                input(of: unit, spec, declared.spec.namespace), in: tree,
                beside: remotes(of: declared.spec, at: version))
        } catch {
            throw ContentError(Text("\(error)"))
        }
    }

    func load(
        _ digest: Digest, of unit: UnitID, at version: Version, only ids: Set<ObjectID>?
    ) async throws(ContentError) -> Rendered {
        do {
            if let content = try await content(of: digest, of: unit, at: version),
                let objects = try await objects(of: content, only: ids)
            {
                return Rendered(version: version, digest: digest, objects: objects)
            }
        } catch {
            throw ContentError("what was rendered before cannot be read: \(error)")
        }
        var rendered = try await renderAgain(unit, at: version, as: digest)
        if let ids {
            rendered.objects.removeAll { !ids.contains($0.id) }
            rendered.hooks = []
        }
        return rendered
    }

    /// What is kept no more. Where the files have moved since, the newest commit may say the same in another place.
    private func renderAgain(
        _ unit: UnitID, at version: Version, as digest: Digest
    ) async throws(ContentError) -> Rendered {
        do throws(ContentError) {
            let rendered = try await render(unit, at: version)
            guard rendered.digest == digest else {
                throw ContentError("the content of \(version) cannot be made again: it renders to something else now")
            }
            return rendered
        } catch {
            guard let newest = units[unit]?.newest, newest != version,
                let now = try? await render(unit, at: newest), now.digest == digest
            else { throw error }
            return now
        }
    }

    private func content(of digest: Digest, of unit: UnitID, at version: Version) async throws -> ContentKey? {
        if let kept = tainted[unit], kept.render == digest, kept.source == version.source { return kept.content }
        if let known = lately.render(of: unit, at: version), known.digest == digest { return known.content }
        return try await cache.content(of: digest, of: unit, from: version.source)
    }

    private func objects(of content: ContentKey, only ids: Set<ObjectID>? = nil) async throws -> [DesiredObject]? {
        guard let kept = memory.objects(of: content) else {
            guard let objects = try await cache.objects(of: content, only: ids) else { return nil }
            if ids == nil { memory.keep(objects, as: content) }
            return objects
        }
        return ids.map { ids in kept.filter { ids.contains($0.id) } } ?? kept
    }

    /// Lets go of what was rendered lately; it lies on the disk, or is rendered again.
    func forget() {
        memory.forget()
        lately.forget()
        tainted = [:]
    }

    func blobs(of unit: UnitID, at version: Version) async throws(ContentError) -> any BlobReader {
        // What left the fleet is only deleted, for which nothing is read.
        guard let known = units[unit] else { return NoBlobs() }
        return known.repository.blobs
    }

    func project(of unit: UnitID) throws(ContentError) -> ProjectName { try find(unit).spec.project }

    /// What a unit may read of stores of secrets.
    func grants(of unit: UnitID) -> [SecretGrant] { units[unit]?.spec.secrets ?? [] }

    /// What a unit is rendered from.
    func tree(of unit: UnitID, at version: Version) async throws(ContentError) -> any TreeReader {
        let repository = try find(unit).repository
        do { return try await repository.tree(of: version.source).reader } catch {
            throw ContentError(Text("\(error)"))
        }
    }

    /// The version that a branch, tag or commit stands for.
    func version(_ revision: Text, of unit: UnitID) async throws -> Version {
        Version(fleet: nil, source: try await find(unit).repository.resolve(revision: revision))
    }

    private func input(of unit: UnitID, _ spec: RenderSpec, _ namespace: Text?) -> RenderInput {
        RenderInput(
            spec: spec, namespace: namespace, capabilities: capabilities[unit.target] ?? Capabilities(),
            unit: Text("\(unit)"))
    }

    private func keys(_ request: RenderInput, of unit: UnitID, at version: Version) -> RenderKeys {
        RenderKeys(request: request, unit: unit, source: version.source, renderers: renderers)
    }
}

/// Of a unit that is not declared any more.
private struct NoBlobs: BlobReader {
    func stream(_ blob: BlobReference, _ body: (ArraySlice<UInt8>) throws -> Void) async throws {
        throw ContentError("\(blob.path) belongs to an application that is not declared any more")
    }
}
