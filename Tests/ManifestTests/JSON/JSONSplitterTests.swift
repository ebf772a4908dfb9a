// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Testing

@Suite struct JSONSplitterTests {
    /// What the splitter makes of a text that arrives in pieces of a size.
    private func split(
        _ text: String, _ layout: JSONSplitter.Layout, pieces size: Int, limits: JSONSplitter.Limits = .init()
    ) throws(ReadingError) -> (objects: [Value], rest: Value) {
        var splitter = JSONSplitter(layout, limits: limits)
        var objects: [Value] = []
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: size) {
            splitter.feed(Array(bytes[start..<min(start + size, bytes.count)]))
            while let object = try splitter.next() { objects.append(object) }
        }
        return (objects, try splitter.finish())
    }

    private let list = """
        {"kind":"List","metadata":{"resourceVersion":"7","continue":"x"},
         "items":[{"a":"}],{\\"[\\\\"},{"b":[1,{"items":[]}]} , {}],"apiVersion":"v1"}
        """

    @Test(arguments: [1, 2, 3, 7, 64, 10_000]) func `a list splits alike, however it arrives`(size: Int) throws {
        let (objects, rest) = try split(list, .list, pieces: size)
        #expect(objects == [["a": #"}],{"[\"#], ["b": [1, ["items": []]]], [:]])
        #expect(rest["metadata"]?["continue"] == "x")
        #expect(rest["items"] == [])
        #expect(rest["apiVersion"] == "v1")
    }

    @Test(arguments: [1, 5, 10_000]) func `a sequence splits alike, with and without line breaks`(size: Int) throws {
        let (objects, _) = try split("{\"a\":1}\n{\"b\":\"}\"}{\"c\":{}}\n\n", .sequence, pieces: size)
        #expect(objects == [["a": 1], ["b": "}"], ["c": [:]]])
    }

    @Test func `a list without items has none`() throws {
        #expect(try split(#"{"items":null,"kind":"L"}"#, .list, pieces: 4).objects == [])
        #expect(try split(#"{"kind":"L"}"#, .list, pieces: 4).objects == [])
        #expect(try split(#"{"items":[ ]}"#, .list, pieces: 1).objects == [])
    }

    @Test func `only the outermost items are the list's`() throws {
        let (objects, rest) = try split(#"{"x":{"items":[{"n":1}]},"items":[{"n":2}]}"#, .list, pieces: 3)
        #expect(objects == [["n": 2]])
        #expect(rest["x"]?["items"] == [["n": 1]])
    }

    @Test(arguments: [
        #"{"items":[{"a":1}"#, #"{"items":[{"a":1},]}"#, #"{"items":[,{"a":1}]}"#, #"{"items":[{"a":1}{"b":1}]}"#,
        #"{"items":[1]}"#, #"{"items":[{"a":1]}]}"#, #"{"items":[]"#, #"{"items":[]} x"#, #"[{"items":[]}]x"#, "",
        #"{"items":[{}],"items":[{}]}"#, #"{"it\u0065ms":[{}]}"#,
    ]) func `what is no list is refused`(text: String) {
        #expect(throws: ReadingError.self) { try split(text, .list, pieces: 4) }
    }

    @Test(arguments: [#"{"a":1"#, "1", #"{"a":1},{"b":1}"#, #"{"a":}"#]) func `what is no sequence is refused`(
        text: String
    ) {
        #expect(throws: ReadingError.self) { try split(text, .sequence, pieces: 4) }
    }

    @Test func `objects and what surrounds them have budgets`() throws {
        let long = String(repeating: "x", count: 2000)
        let limits = JSONSplitter.Limits(object: 1000, envelope: 500)
        for size in [16, 4096] {
            #expect(throws: ReadingError.self) {
                try split(#"{"items":[{"a":"\#(long)"}]}"#, .list, pieces: size, limits: limits)
            }
            #expect(throws: ReadingError.self) {
                try split(#"{"a":"\#(long)","items":[]}"#, .list, pieces: size, limits: limits)
            }
        }
    }
}
