// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

enum JSONProperties {
    private static let budget = Budget(bytes: 16 << 10, depth: 32, nodes: 2000, documents: 1)

    static func check(_ bytes: [UInt8]) throws {
        let value: Value
        do throws(ReadingError) {
            value = try JSON.read(bytes, budget: budget)
        } catch {
            try Places.check(error.position, in: bytes, besides: false)
            return
        }
        try value.checkSize(within: budget)
        // That writes JSON, too.
        try YAMLProperties.checkWriting(value)
        try checkAsYAML(bytes, value)
    }

    static func checkWriting(_ value: Value) throws {
        for style in [JSON.Style.compact, .pretty, .canonical] {
            let written = JSON.write(value, style: style)
            let again = try JSON.read(written)
            try value.checkSame(as: again, "JSON written and read")
            try require(JSON.write(again, style: style) == written, "written twice, two texts")
            if value.isSameInYAML { try checkSameInYAML(written, value) }
        }
    }

    /// JSON is YAML, but for tabs, keys of several lines, and escapes in two halves.
    private static func checkAsYAML(_ bytes: [UInt8], _ value: Value) throws {
        let isOneLine = bytes.allSatisfy { $0 >= 0x20 }
        let hasUnicodeEscapes = zip(bytes, bytes.dropFirst()).contains { $0 == UInt8(ascii: "\\") && $1 | 0x20 == 0x75 }
        if isOneLine, !hasUnicodeEscapes, value.isSameInYAML { try checkSameInYAML(bytes, value) }
    }

    private static func checkSameInYAML(_ json: [UInt8], _ value: Value) throws {
        let documents = try YAML.read(json, tracking: .nothing)
        try require(documents.map(\.value) == [value], "as YAML the JSON says something else")
    }
}
