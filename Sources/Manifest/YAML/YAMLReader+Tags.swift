// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import CLibYAML
import FoundationEssentials

extension YAMLReader {
    /// The value of the current event, a scalar with these bytes.
    func scalarValue(_ bytes: UnsafeBufferPointer<UInt8>) throws(ReadingFailure) -> Value {
        if let tag = events.tag { return try taggedValue(bytes, tag: tag) }
        guard events.isPlain else { return .string(Self.text(bytes)) }
        switch PlainScalar(bytes, scalars) {
        case .text: return .string(Self.text(bytes))
        case .null: return .null
        case .bool(let bool): return .bool(bool)
        case .number(let number): return .number(number)
        case .notFinite:
            throw failure("infinity and NaN are no values here", advice: "JSON has none; quote it if it is a text")
        case .outOfRange:
            throw failure("an integer of more than 64 bits", advice: "quote it if it is a text")
        }
    }

    func checkContainerTag(_ tag: Text, isMap: Bool) throws(ReadingFailure) {
        guard tag == "!" || tag == (isMap ? "tag:yaml.org,2002:map" : "tag:yaml.org,2002:seq") else {
            throw unknown(tag)
        }
    }

    private func taggedValue(_ bytes: UnsafeBufferPointer<UInt8>, tag: Text) throws(ReadingFailure) -> Value {
        switch tag {
        case "!", "tag:yaml.org,2002:str", "tag:yaml.org,2002:timestamp":
            return .string(Self.text(bytes))
        case "tag:yaml.org,2002:binary":
            guard let text = Self.decoded(bytes) else {
                throw failure("a !!binary that is not the base64 of UTF-8 text", advice: nil)
            }
            return .string(text)
        case "tag:yaml.org,2002:null":
            if case .null = PlainScalar(bytes) { return .null }
        case "tag:yaml.org,2002:bool":
            if case .bool(let bool) = PlainScalar(bytes) { return .bool(bool) }
        case "tag:yaml.org,2002:int":
            if case .number(let number) = PlainScalar(bytes), number.isInteger { return .number(number) }
        case "tag:yaml.org,2002:float":
            if case .number(let number) = PlainScalar(bytes) { return .number(number) }
            // The writer's way to say what no double holds.
            if let number = Number(lexeme: Self.text(bytes).string) { return .number(number) }
        default:
            throw unknown(tag)
        }
        throw failure("the value does not fit its tag \(Self.short(tag))", advice: nil)
    }

    private func unknown(_ tag: Text) -> ReadingFailure {
        failure("the tag \(Self.short(tag)) means nothing here", advice: "remove it, or quote the text")
    }

    private func failure(_ reason: String, advice: String?) -> ReadingFailure {
        var offsets = offsets
        return ReadingFailure(at: offsets.byteOffset(of: events.start), reason, advice: advice)
    }

    /// libyaml has checked the bytes.
    @inline(__always)
    static func text(_ bytes: UnsafeBufferPointer<UInt8>) -> Text {
        Text(String(decoding: bytes, as: UTF8.self))
    }

    private static func short(_ tag: Text) -> String {
        let prefix = "tag:yaml.org,2002:"
        return Text(tag.string.hasPrefix(prefix) ? "!!" + tag.string.dropFirst(prefix.count) : tag.string).quoted
    }

    private static func decoded(_ bytes: UnsafeBufferPointer<UInt8>) -> Text? {
        let digits = bytes.filter { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        return Data(base64Encoded: Data(digits)).flatMap { Text(utf8: $0) }
    }
}

extension Number {
    /// Written as an integer, rather than as `1.0` or `1e3`.
    fileprivate var isInteger: Bool {
        if case .decimal = self { false } else { true }
    }
}
