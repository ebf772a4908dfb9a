// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Manifest
import Model

/// Compares one file. What it costs: one look at the metadata, and reading it unless they vouch for the content.
struct FileComparer: Sendable {
    /// Contents above this are shown by their size and hash. Bytes.
    static let shownLimit: Int64 = 64 << 10

    let bench: Workbench
    let object: HostObject
    let spec: FileSpec
    let depth: ComparisonDepth

    func compare(
        _ located: Located, _ folder: Folder, _ live: Metadata, _ known: Observation?
    ) throws(HostFault) -> PathComparer.Answer {
        guard live.kind == .file else { return try PathComparer.otherKind(live, wanted: .file, located) }
        let wanted = try bench.ownership.resolve(spec.owner, spec.group)
        var fields = FieldDifference.metadata(live, mode: spec.mode, wanted)
        let id = spec.content.id
        guard try holds(id, located, folder, live, known) else {
            let newText = try describe(located, folder, live, into: &fields)
            return PathComparer.Answer(.differs(fields, cause: nil), newText: newText)
        }
        guard fields.isEmpty else { return PathComparer.Answer(.differs(fields, cause: nil)) }
        let observation = Observation(
            object: object.digest, path: spec.path, real: located.real, live: live, content: id, now: bench.now())
        return PathComparer.Answer(.same, observation: observation)
    }

    private func holds(
        _ id: ContentID?, _ located: Located, _ folder: Folder, _ live: Metadata, _ known: Observation?
    ) throws(HostFault) -> Bool {
        guard live.size == spec.content.size else { return false }
        if case .secret(let wanted) = spec.content {
            bench.counters.count { $0.contentsRead += 1 }
            return Secret(try folder.contents(of: located.name, limit: Int(live.size))) == wanted
        }
        guard let id else { return false }
        // Another object digest over the same content: the manifest changed, not the file.
        if depth == .metadata, let known, known.isSettled, known.content == id, known.live == Observation.Stamp(live) {
            return true
        }
        bench.counters.count { $0.contentsRead += 1 }
        return try folder.contentID(of: located.name, live: live, like: id) == id
    }

    /// Gives the blob that could be shown, where it may be and the old content is shown too.
    private func describe(
        _ located: Located, _ folder: Folder, _ live: Metadata, into fields: inout [FieldDifference]
    ) throws(HostFault) -> BlobReference? {
        // Whoever may not read one of both must not learn it here.
        if case .secret(let wanted) = spec.content {
            let old = try secretContents(located, folder, live)
            fields.append(.spec("content", old, .secret(wanted.withExposed { Secret(Self.text($0)) })))
            return nil
        }
        if spec.isPrivate || FileSpec.isPrivate(live.mode) {
            fields.append(.spec("content", nil, Value("changed; not shown: the file is private")))
            return nil
        }
        let old: Text? =
            live.size <= Self.shownLimit
            ? Text(utf8: try folder.contents(of: located.name, limit: Int(Self.shownLimit) * 2)) : nil
        let oldValue: Value
        if let old {
            oldValue = .string(old)
        } else {
            let like = ContentID.sha256(Digest(of: []))
            let hash = try folder.contentID(of: located.name, live: live, like: like)
            oldValue = Value(Self.words(live.size, hash))
        }
        switch spec.content {
        case .inline(let text) where spec.content.size <= Self.shownLimit:
            fields.append(.spec("content", oldValue, .string(text)))
            return nil
        case .inline, .blob, .secret:
            fields.append(.spec("content", oldValue, Value(Self.words(spec.content.size, spec.content.id))))
            guard case .blob(let blob) = spec.content, old != nil, blob.size <= Self.shownLimit else { return nil }
            return blob
        }
    }

    /// `nil` for what is too large to be told apart by it.
    private func secretContents(_ located: Located, _ folder: Folder, _ live: Metadata) throws(HostFault) -> Value? {
        guard live.size <= Self.shownLimit else { return nil }
        let bytes = try folder.contents(of: located.name, limit: Int(Self.shownLimit) * 2)
        return .secret(Secret(Self.text(bytes)))
    }

    /// Any bytes as a text that only the same bytes have.
    private static func text(_ bytes: [UInt8]) -> Text { Text(utf8: bytes) ?? Text(Base64.encode(bytes)) }

    private static func words(_ size: Int64, _ id: ContentID?) -> String {
        let hash =
            switch id {
            case .git(let id): ", git:\(id.short)"
            case .sha256(let digest): ", sha256:\(digest.short)"
            case nil: ""
            }
        return "\(size) bytes\(hash)"
    }
}
