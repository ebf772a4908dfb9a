// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// JSON as Go's `encoding/json` writes it: keys by bytes, and `<`, `>`, `&` escaped. Names of generated objects hang on
/// every byte of it.
enum GoJSON {
    static func write(_ value: Value) -> [UInt8] {
        var output: [UInt8] = []
        write(value, to: &output)
        return output
    }

    private static func write(_ value: Value, to output: inout [UInt8]) {
        switch value {
        case .null: output += Array("null".utf8)
        case .bool(let bool): output += Array((bool ? "true" : "false").utf8)
        case .number(let number): output += Array(number.lexeme.utf8)
        case .string(let text): write(text, to: &output)
        case .secret(let secret): secret.withExposed { write($0, to: &output) }
        case .array(let items):
            output.append(UInt8(ascii: "["))
            for (index, item) in items.enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                write(item, to: &output)
            }
            output.append(UInt8(ascii: "]"))
        case .object(let object):
            output.append(UInt8(ascii: "{"))
            for (index, pair) in object.sortedByKey.enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                write(pair.key, to: &output)
                output.append(UInt8(ascii: ":"))
                write(pair.value, to: &output)
            }
            output.append(UInt8(ascii: "}"))
        }
    }

    private static func write(_ text: Text, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        for scalar in text.string.unicodeScalars {
            switch scalar {
            case "\"": output += Array("\\\"".utf8)
            case "\\": output += Array("\\\\".utf8)
            case "\n": output += Array("\\n".utf8)
            case "\r": output += Array("\\r".utf8)
            case "\t": output += Array("\\t".utf8)
            case "\u{8}": output += Array("\\b".utf8)
            case "\u{C}": output += Array("\\f".utf8)
            case "<", ">", "&", "\u{2028}", "\u{2029}": escape(scalar.value, to: &output)
            case _ where scalar.value < 0x20: escape(scalar.value, to: &output)
            default: output += Array(UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            }
        }
        output.append(UInt8(ascii: "\""))
    }

    private static func escape(_ value: UInt32, to output: inout [UInt8]) {
        output += Array("\\u".utf8)
        output += Array(Hex.encode([UInt8(truncatingIfNeeded: value >> 8), UInt8(truncatingIfNeeded: value)]).utf8)
    }
}
