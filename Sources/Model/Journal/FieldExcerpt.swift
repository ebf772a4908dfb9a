// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// How much of a field's values the journal keeps.
enum FieldExcerpt {
    /// Of one side, as JSON.
    static let longest = 1 << 10
    /// Maps and lists in each other; a payload may not be as deep as a manifest.
    static let deepest = 16

    private static let secret: Value = "<secret>"
    private static let withheld: Value = "<not kept>"

    /// Without secrets, and of long texts what differs. Where one side holds a secret the other may be the same one in
    /// plain. What stands on a target and in no manifest is somebody else's, who may have written a secret in the midst
    /// of it.
    ///
    /// - Parameter hidesOld: what was there may hold secrets that nothing marks as such.
    static func of(_ field: FieldDifference, hidesOld: Bool) -> RecordedValues.Field {
        guard !(field.old?.holdsSecret ?? false), !(field.new?.holdsSecret ?? false) else {
            return RecordedValues.Field(
                FieldDifference(
                    path: field.path, old: field.old.map { _ in secret }, new: field.new.map { _ in secret }))
        }
        var (old, new) = (field.old, field.new)
        var isCut = false
        if let known = old, hidesOld || new == nil && known.isContainer {
            old = withheld
            isCut = true
        }
        if case .string(let before)? = old, case .string(let after)? = new, isLong(before) || isLong(after) {
            (old, new) = differing(before, after)
            isCut = true
        }
        for side in [old, new] where side.map({ !isKept($0) }) ?? false { isCut = true }
        return RecordedValues.Field(
            FieldDifference(path: field.path, old: old.map(excerpt), new: new.map(excerpt)), isCut: isCut)
    }

    private static func isLong(_ text: Text) -> Bool { text.utf8.count > longest }

    private static func isKept(_ value: Value) -> Bool {
        value.isNoDeeper(than: deepest) && JSON.write(value).count <= longest
    }

    private static func excerpt(_ value: Value) -> Value {
        if isKept(value) { return value }
        var bytes = value.stringValue.map { Array($0.utf8) } ?? JSON.write(value)
        // Controls are longer as JSON; half of it leaves room for most texts, and the budget of the event holds anyway.
        bytes.removeLast(max(0, bytes.count - longest / 2))
        while let last = bytes.last, last & 0xC0 == 0x80 { bytes.removeLast() }
        if let last = bytes.last, last >= 0xC0 { bytes.removeLast() }
        return .string(Text(String(decoding: bytes, as: UTF8.self) + "…"))
    }

    /// From the first line that differs to the last; of these not what they begin with alike, where that is long.
    private static func differing(_ old: Text, _ new: Text) -> (Value, Value) {
        var (before, after) = (lines(old), lines(new))
        let start = zip(before, after).prefix { $0.elementsEqual($1) }.count
        (before, after) = (before.dropFirst(start), after.dropFirst(start))
        let end = zip(before.reversed(), after.reversed()).prefix { $0.elementsEqual($1) }.count
        let (first, second) = (bytes(before.dropLast(end)), bytes(after.dropLast(end)))
        var alike = zip(first, second).prefix { $0 == $1 }.count
        guard alike > longest / 4 else { return (text(first), text(second)) }
        // A few words before what differs, from the beginning of a character on.
        alike -= 32
        while alike > 0, first[alike] & 0xC0 == 0x80 { alike -= 1 }
        return (text(Array("…".utf8) + first[alike...]), text(Array("…".utf8) + second[alike...]))
    }

    private static func lines(_ text: Text) -> ArraySlice<ArraySlice<UInt8>> {
        Array(text.utf8).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)[...]
    }

    private static func bytes(_ lines: ArraySlice<ArraySlice<UInt8>>) -> [UInt8] {
        Array(lines.joined(separator: [UInt8(ascii: "\n")]))
    }

    private static func text(_ bytes: [UInt8]) -> Value { .string(Text(String(decoding: bytes, as: UTF8.self))) }
}

extension Value {
    fileprivate var isContainer: Bool { arrayValue != nil || objectValue != nil }

    fileprivate func isNoDeeper(than depth: Int) -> Bool {
        switch self {
        case .array(let items): depth > 0 && items.allSatisfy { $0.isNoDeeper(than: depth - 1) }
        case .object(let object): depth > 0 && object.pairs.allSatisfy { $0.value.isNoDeeper(than: depth - 1) }
        case .null, .bool, .number, .string, .secret: true
        }
    }
}
