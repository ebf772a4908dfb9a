// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// How much of a field's values the journal keeps.
enum FieldExcerpt {
    /// Of one side, as JSON.
    static let longest = 1 << 10
    /// Maps and lists in each other; a payload may not be as deep as a manifest.
    static let deepest = 16

    /// Without secrets, and of texts of many lines those that differ.
    static func of(_ field: FieldDifference) -> RecordedValues.Field {
        var (old, new) = (field.old?.withoutSecrets, field.new?.withoutSecrets)
        var isCut = false
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

    /// From the first line that differs to the last.
    private static func differing(_ old: Text, _ new: Text) -> (Value, Value) {
        var (before, after) = (lines(old), lines(new))
        let start = zip(before, after).prefix { $0.elementsEqual($1) }.count
        (before, after) = (before.dropFirst(start), after.dropFirst(start))
        let end = zip(before.reversed(), after.reversed()).prefix { $0.elementsEqual($1) }.count
        return (text(before.dropLast(end)), text(after.dropLast(end)))
    }

    private static func lines(_ text: Text) -> ArraySlice<ArraySlice<UInt8>> {
        Array(text.utf8).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)[...]
    }

    private static func text(_ lines: ArraySlice<ArraySlice<UInt8>>) -> Value {
        .string(Text(String(decoding: Array(lines.joined(separator: [UInt8(ascii: "\n")])), as: UTF8.self)))
    }
}

extension Value {
    /// What is secret is gone, also in the midst of a value.
    fileprivate var withoutSecrets: Value {
        switch self {
        case .null, .bool, .number, .string: self
        case .array(let items): .array(items.map(\.withoutSecrets))
        case .object(let object): .object(Object(uniquePairs: object.pairs.map { ($0.key, $0.value.withoutSecrets) }))
        case .secret: "<secret>"
        }
    }

    fileprivate func isNoDeeper(than depth: Int) -> Bool {
        switch self {
        case .array(let items): depth > 0 && items.allSatisfy { $0.isNoDeeper(than: depth - 1) }
        case .object(let object): depth > 0 && object.pairs.allSatisfy { $0.value.isNoDeeper(than: depth - 1) }
        case .null, .bool, .number, .string, .secret: true
        }
    }
}
