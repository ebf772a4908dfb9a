// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import CLinux
import Engine
import Manifest
import Model

/// Compares what lies at a path with what is desired there. Changes nothing.
struct PathComparer: Sendable {
    let bench: Workbench
    let depth: ComparisonDepth

    struct Answer: Sendable {
        var comparison: Comparison
        /// What was seen, where it stands as desired and can be recognised by it.
        var observation: Observation?
        /// Where the object really lies, where its folder exists and it may lie there.
        var real: HostPath?
        /// A blob of the source that a difference could be shown with as text.
        var newText: BlobReference?

        init(_ comparison: Comparison, observation: Observation? = nil, newText: BlobReference? = nil) {
            self.comparison = comparison
            self.observation = observation
            self.newText = newText
        }
    }

    /// Whether metadata alone says that the object stands. Needs nothing of the object but its digest: at rest no spec
    /// is read.
    func stands(_ digest: Digest, _ observation: Observation) -> Bool {
        guard depth == .metadata, let parent = observation.path.parent,
            let folder = try? bench.reach.open(parent),
            folder.path.appending(observation.path.name) == observation.real,
            let live = try? folder.metadata(of: observation.path.name)
        else { return false }
        return observation.vouches(for: digest, at: live)
    }

    func compare(_ object: HostObject, context: Neighbours, observation: Observation?) -> Answer {
        do throws(Obstacle) {
            guard let path = object.path else { return Answer(.refused("has no path")) }
            let located = try bench.locate(path, as: object.id.kind)
            do throws(HostFault) {
                var answer = try compare(object, located, context, observation)
                answer.real = located.folder.map { _ in located.real }
                return answer
            } catch {
                throw .fault(error)
            }
        } catch {
            return Answer(error.comparison)
        }
    }

    private func compare(
        _ object: HostObject, _ located: Located, _ context: Neighbours, _ observation: Observation?
    ) throws(HostFault) -> Answer {
        guard let folder = located.folder, let live = try folder.metadata(of: located.name) else {
            return Answer(.absent)
        }
        switch object.spec {
        case .file(let file):
            return try FileComparer(bench: bench, object: object, spec: file, depth: depth)
                .compare(located, folder, live, observation)
        case .directory(let directory): return try compare(directory, located, folder, live, context)
        case .link(let link): return try compare(link, object, located, folder, live)
        case .service, .package: return Answer(.refused("lies at no path"))
        }
    }

    private func compare(
        _ link: LinkSpec, _ object: HostObject, _ located: Located, _ folder: Folder, _ live: Metadata
    ) throws(HostFault) -> Answer {
        guard live.kind == .link else { return try Self.otherKind(live, wanted: .link, located) }
        let target = try folder.target(of: located.name)
        guard target == link.target else {
            return Answer(
                .differs(
                    [.spec("target", .string(Text(printable(target))), .string(Text(printable(link.target))))],
                    cause: nil))
        }
        let observation = Observation(
            object: object.digest, path: link.path, real: located.real, live: live, content: nil, now: bench.now())
        return Answer(.same, observation: observation)
    }

    private func compare(
        _ directory: DirectorySpec, _ located: Located, _ folder: Folder, _ live: Metadata, _ context: Neighbours
    ) throws(HostFault) -> Answer {
        guard live.kind == .folder else { return try Self.otherKind(live, wanted: .folder, located) }
        let wanted = try bench.ownership.resolve(directory.owner, directory.group)
        var fields = FieldDifference.metadata(live, mode: directory.mode, wanted)
        if directory.exclusive != nil, let inside = try bench.reach.open(located.real) {
            for foreign in try context.foreignNames(in: inside, declaredAs: directory.path, for: bench) {
                let path = FieldPath([.key("entries"), .key(Text(printable(foreign.name)))])
                fields.append(FieldDifference(path: path, old: Value(foreign.live.kind.inWords), new: nil))
            }
        }
        return Answer(fields.isEmpty ? .same : .differs(fields, cause: nil))
    }

    /// A link and a file may take each other's place; nothing else may be replaced by anything.
    static func otherKind(
        _ live: Metadata, wanted: Metadata.Kind, _ located: Located
    ) throws(HostFault) -> Answer {
        let replaceable: Set<Metadata.Kind> = [.file, .link]
        guard replaceable.contains(live.kind), replaceable.contains(wanted) else {
            throw HostFault(
                "\(located.real) is \(live.kind.inWords), not \(wanted.inWords): move it away, then sync again")
        }
        return Answer(.differs([.spec("kind", Value(live.kind.inWords), Value(wanted.inWords))], cause: nil))
    }
}

extension FieldDifference {
    static func spec(_ field: Text, _ old: Value?, _ new: Value?) -> FieldDifference {
        FieldDifference(path: FieldPath([.key("spec"), .key(field)]), old: old, new: new)
    }

    static func metadata(_ live: Metadata, mode: UInt32, _ wanted: Ownership) -> [FieldDifference] {
        var fields: [FieldDifference] = []
        if live.mode != mode { fields.append(.spec("mode", .string(Mode.words(live.mode)), .string(Mode.words(mode)))) }
        if let user = wanted.user, live.owner != user {
            fields.append(.spec("owner", Value(Int(live.owner)), Value(Int(user))))
        }
        if let group = wanted.group, live.group != group {
            fields.append(.spec("group", Value(Int(live.group)), Value(Int(group))))
        }
        return fields
    }
}
