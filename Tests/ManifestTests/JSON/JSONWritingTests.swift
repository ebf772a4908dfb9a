// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Testing

@Suite struct JSONWritingTests {
    private func write(_ value: Value, _ style: JSON.Style) -> String {
        String(decoding: JSON.write(value, style: style), as: UTF8.self)
    }

    @Test func `styles`() {
        let value: Value = ["b": [1, [], ["x": "y/z"]], "a": .number(.decimal("10.0")), "\u{E9}\"\\\u{1}\n": .null]
        #expect(write(value, .compact) == #"{"b":[1,[],{"x":"y/z"}],"a":10.0,"é\"\\\u0001\n":null}"#)
        #expect(write(value, .canonical) == #"{"a":10,"b":[1,[],{"x":"y/z"}],"é\"\\\u0001\n":null}"#)
        #expect(
            write(["a": [1, ["b": .null]], "c": [], "d": [:]], .pretty) == """
                {
                  "a": [
                    1,
                    {
                      "b": null
                    }
                  ],
                  "c": [],
                  "d": {}
                }

                """)
    }

    @Test func `a secret stays one`() {
        let value: Value = ["password": .secret(Secret("hunter2"))]
        for style in [JSON.Style.compact, .pretty, .canonical] {
            #expect(!write(value, style).contains("hunter2"))
            #expect(write(value, style).contains("\"<secret>\""))
        }
    }
}
