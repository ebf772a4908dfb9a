// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// Splitting JSON that arrives in pieces gives what reading the whole gives, whatever the pieces. The first byte is
/// their size.
enum SplitterProperties {
    private static let budget = Budget(bytes: 16 << 10, depth: 32, nodes: 2000, documents: 1)

    private struct Parts: Equatable {
        var objects: [Value]
        var rest: Value
    }

    static func check(_ bytes: [UInt8]) throws {
        guard let first = bytes.first else { return }
        let text = Array(bytes.dropFirst())
        for layout in [JSONSplitter.Layout.list, .sequence] {
            let parts = split(text, layout, pieces: Int(first) % 40 + 1)
            try require(parts == split(text, layout, pieces: max(1, text.count)), "other pieces, other parts")
        }
        try checkList(text, split(text, .list, pieces: 1))
    }

    private static func checkList(_ text: [UInt8], _ parts: Parts?) throws {
        if let parts {
            let whole = try? JSON.read(text)
            try require(whole != nil, "split, but not readable as a whole")
            guard var object = whole?.objectValue, object["items"]?.arrayValue != nil else {
                return try require(parts == Parts(objects: [], rest: whole ?? .null), "no list, but parts")
            }
            try require(object["items"]?.arrayValue == parts.objects, "other objects than in the whole")
            object["items"] = []
            try require(.object(object) == parts.rest, "something else around the objects")
        } else if !text.contains(UInt8(ascii: "\\")), let whole = try? JSON.read(text, budget: budget) {
            let items = whole["items"]?.arrayValue ?? []
            try require(items.contains { $0.objectValue == nil }, "readable as a whole, but not split")
        }
    }

    private static func split(_ text: [UInt8], _ layout: JSONSplitter.Layout, pieces size: Int) -> Parts? {
        var splitter = JSONSplitter(layout)
        var objects: [Value] = []
        do throws(ReadingError) {
            for start in stride(from: 0, to: text.count, by: size) {
                splitter.feed(Array(text[start..<min(start + size, text.count)]))
                while let object = try splitter.next() { objects.append(object) }
            }
            return Parts(objects: objects, rest: try splitter.finish())
        } catch {
            return nil
        }
    }
}
