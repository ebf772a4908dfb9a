// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Glibc
import Manifest
import Model

/// Compares one live file with the desired one. Changes nothing.
struct FileComparer {
    let root: Root
    let spec: FileSpec
    let desired: DesiredObject
    /// What was seen when it last stood as desired.
    let observation: Observation?

    enum Result {
        /// `seen` is new where it was not known before.
        case same(seen: Observation?)
        case absent
        case differs([FieldDifference])
        case refused(Text)
    }

    /// - Parameter trusting: unchanged metadata is enough.
    func compare(trusting: Bool) throws(SystemError) -> Result {
        guard let folder = try root.folder(spec.path.parent),
            let metadata = try folder.metadata(of: spec.path.name)
        else { return .absent }
        let known = observation?.desired == desired.digest ? observation : nil
        if trusting, let known, known.stands(metadata) { return .same(seen: nil) }
        if metadata.isFolder { return .refused("\(spec.path.text) is a folder") }
        var fields: [FieldDifference] = []
        guard metadata.isRegular else {
            return .differs([difference("type", old: "not a regular file", new: "a regular file")])
        }
        if metadata.permissions != spec.mode {
            fields.append(difference("mode", old: octal(metadata.permissions), new: octal(spec.mode)))
        }
        if let owner = spec.owner, let id = Names.user(owner), id != metadata.owner {
            fields.append(difference("owner", old: Value(Int(metadata.owner)), new: .string(owner)))
        }
        if let group = spec.group, let id = Names.group(group), id != metadata.group {
            fields.append(difference("group", old: Value(Int(metadata.group)), new: .string(group)))
        }
        let live = try read(folder, metadata)
        if !live.isSame { fields.append(contentDifference(live, metadata)) }
        guard fields.isEmpty else { return .differs(fields) }
        let seen = Observation(desired: desired.digest, content: live.digest, metadata: metadata)
        return .same(seen: seen == observation ? nil : seen)
    }

    private struct Live {
        var digest: Digest
        var isSame: Bool
        /// The content, when it may be shown.
        var text: Text?
    }

    /// Contents above this are not shown in differences. Bytes.
    private static let shownLimit = 64 << 10

    private func read(_ folder: borrowing Folder, _ metadata: Metadata) throws(SystemError) -> Live {
        let file = try folder.openFile(spec.path.name, flags: O_RDONLY | O_NONBLOCK)
        var hash = ContentHash(size: metadata.size, like: desired.blobs.first?.id)
        var kept: [UInt8] = []
        let isShown = !spec.isPrivate && metadata.size <= Self.shownLimit
        try file.read { bytes in
            hash.update(bytes)
            if isShown, kept.count <= Self.shownLimit { kept.append(contentsOf: bytes) }
        }
        let isSame =
            switch spec.content {
            case .inline(let text): hash.digest == Digest(of: text.utf8)
            case .source: desired.blobs.first.map { hash.matches($0.id) } ?? false
            }
        return Live(digest: hash.digest, isSame: isSame, text: isShown ? Text(utf8: kept) : nil)
    }

    private func contentDifference(_ live: Live, _ metadata: Metadata) -> FieldDifference {
        if spec.isPrivate { return difference("content", old: "changed", new: "not shown: the file is private") }
        let old = live.text.map(Value.string) ?? Value("\(metadata.size) bytes, \(live.digest.short)")
        let new: Value =
            switch spec.content {
            case .inline(let text) where text.utf8.count <= Self.shownLimit: .string(text)
            case .inline(let text): Value("\(text.utf8.count) bytes, \(Digest(of: text.utf8).short)")
            case .source: Value(desired.blobs.first.map { "\($0.size) bytes of \($0.path)" } ?? "")
            }
        return difference("content", old: old, new: new)
    }

    private func difference(_ field: Text, old: Value, new: Value) -> FieldDifference {
        FieldDifference(path: FieldPath([.key("spec"), .key(field)]), old: old, new: new)
    }

    private func octal(_ mode: UInt32) -> Value {
        let digits = String(mode, radix: 8)
        return Value(String(repeating: "0", count: max(0, 4 - digits.count)) + digits)
    }
}
