// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// What the fields of updated objects were and what they are to be, kept beside an event that names them: without
/// secrets, and no more than a budget of bytes.
///
/// In the payload it is one map more, `values`, with a number for its format. Events that were written before there was
/// one, and formats that are not known, have none.
package struct RecordedValues: Sendable, Hashable {
    package struct Field: Sendable, Hashable {
        /// A secret is `<secret>`, and what may be one `<not kept>`; a value that was too long is the beginning of its
        /// text, which ends in `…`.
        package var difference: FieldDifference
        /// Whether something of it was left out.
        package var isCut: Bool

        package init(_ difference: FieldDifference, isCut: Bool = false) {
            self.difference = difference
            self.isCut = isCut
        }
    }

    /// Of all values of an event, as JSON.
    package static let bytes = 16 << 10
    /// Of one that tells of drift: many of them are read at once.
    package static let driftBytes = 4 << 10
    private static let format: Int64 = 1

    package var objects: [ObjectID: [Field]]
    /// Fields that are not among them, or not whole.
    package var cut: Int

    package init(objects: [ObjectID: [Field]] = [:], cut: Int = 0) {
        self.objects = objects
        self.cut = cut
    }

    /// Of what is updated: what is made or deleted is in Git, or was.
    ///
    /// - Parameters:
    ///   - hidesOld: what was there may hold secrets that nothing marks as such.
    ///   - bytes: what it may take, as JSON.
    package init(of changes: [Change], hidesOld: Bool, bytes: Int = Self.bytes) {
        self.init()
        var left = bytes
        for change in changes where change.action == .update {
            for field in change.fields {
                let kept = FieldExcerpt.of(field, hidesOld: hidesOld)
                let size = JSON.write(kept.value).count
                if kept.isCut || size > left { cut += 1 }
                guard size <= left else { continue }
                left -= size
                objects[change.object, default: []].append(kept)
            }
        }
    }

    /// The same draft with these values.
    package func beside(_ draft: EventDraft) -> EventDraft {
        guard !objects.isEmpty || cut > 0, var payload = draft.payload.objectValue else { return draft }
        payload["values"] = .fields([
            "format": .number(Number(Self.format)),
            "objects": Value(byObject: objects) { .array($0.map(\.value)) },
            "cut": cut > 0 ? Value(cut) : nil,
        ])
        var draft = draft
        draft.payload = .object(payload)
        return draft
    }

    /// Of an event's payload; empty where it has none.
    package init(in payload: Value) {
        guard let values = payload["values"], values["format"]?.intValue == Self.format else {
            self.init()
            return
        }
        self.init(
            objects: values["objects"]?.byObject { $0.arrayValue?.compactMap(Field.init) } ?? [:],
            cut: values["cut"]?.intValue.flatMap(Int.init(exactly:)) ?? 0)
    }
}

extension RecordedValues.Field {
    fileprivate var value: Value {
        .fields([
            "path": difference.path.recorded, "old": difference.old, "new": difference.new,
            "cut": isCut ? .bool(true) : nil,
        ])
    }

    fileprivate init?(_ value: Value) {
        guard let path = value["path"].flatMap(FieldPath.init(recorded:)) else { return nil }
        self.init(
            FieldDifference(path: path, old: value["old"], new: value["new"]), isCut: value["cut"]?.boolValue ?? false)
    }
}
